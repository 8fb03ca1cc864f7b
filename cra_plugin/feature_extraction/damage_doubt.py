"""Tell whether a packet at which a decoder fails was damaged."""

from __future__ import annotations

from collections.abc import Sequence

import av


class Doubt:
    """Holds frames back while that is open.

    FFmpeg's decoder of H.264 also fails at packets that let go of frames
    which it never had, as behind a seek into open groups of pictures. Such a
    frame comes out all the same, and sound.

    Attributes:
        stamp (int, optional): Ticks of the packet in doubt; None where there
            is none.
    """

    def __init__(self) -> None:
        self.stamp: int | None = None
        self._held: list[av.VideoFrame] = []

    def raise_for(self, packet: av.Packet[av.VideoStream]) -> bool:
        """Begin to doubt.

        Args:
            packet (av.Packet): What the decoder has failed at.

        Returns:
            bool: Whether there is doubt, and not damage for certain.
        """
        if packet.is_corrupt or packet.pts is None or self.stamp is not None:
            return False
        self.stamp = packet.pts
        return True

    def settle(self, frames: Sequence[av.VideoFrame]
               ) -> tuple[list[av.VideoFrame], bool]:
        """Take what the decoder gives next.

        Args:
            frames (Sequence[av.VideoFrame]): In the order of showing.

        Returns:
            tuple[list[av.VideoFrame], bool]: Frames that are sound, and
            whether there turns out to be damage.
        """
        sound: list[av.VideoFrame] = []
        for frame in frames:
            if frame.is_corrupt:
                return sound, True
            if self.stamp is None:
                sound.append(frame)
            elif frame.pts is None or frame.pts > self.stamp:
                return sound, True
            else:
                self._held.append(frame)
                if frame.pts == self.stamp:
                    sound += self._held
                    self.stamp, self._held = None, []
        return sound, False
