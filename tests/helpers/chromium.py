"""Headless Chromium, driven by its DevTools protocol over two pipes.

Messages are JSON, each ended by a zero byte. Chromium reads them from file
descriptor 3 and writes to 4, so that no port and no library is needed.
"""

import base64
import fcntl
import itertools
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time

NAMES = ('chromium', 'chromium-browser', 'google-chrome')
OPTIONS = ('--headless=new', '--remote-debugging-pipe', '--no-sandbox',
           '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
           '--disable-extensions', '--disable-background-networking',
           '--mute-audio', '--autoplay-policy=no-user-gesture-required')
# Puts two descriptors where Chromium looks for them, and becomes Chromium.
BEGIN = '\n'.join(['import os, sys', 'os.dup2(int(sys.argv[1]), 3)',
                   'os.dup2(int(sys.argv[2]), 4)',
                   'os.execv(sys.argv[3], sys.argv[3:])'])
# Seconds that a busy machine may take for anything.
PATIENCE = 60


def find_chromium():
    """The path of an installed browser, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def _high(descriptor):
    """The same under a number that is not 3 or 4."""
    high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return high


class Chromium:
    """A browser with one page; close it, or use it as a context."""

    def __init__(self, profile, size=(1200, 900)):
        to_read, self._commands = map(_high, os.pipe())
        self._answers, to_write = map(_high, os.pipe())
        self._process = subprocess.Popen(
            [sys.executable, '-c', BEGIN, str(to_read), str(to_write),
             find_chromium(), *OPTIONS, f'--user-data-dir={profile}',
             f'--window-size={size[0]},{size[1]}', 'about:blank'],
            pass_fds=(to_read, to_write), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self._numbers = itertools.count(1)
        self._buffer = b''
        self.session = None
        self.faults = []
        self.requests = []
        target = self.send('Target.createTarget', url='about:blank')
        self.session = self.send('Target.attachToTarget', flatten=True,
                                 targetId=target['targetId'])['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network'):
            self.send(f'{domain}.enable')
        self.send('Emulation.setDeviceMetricsOverride', width=size[0],
                  height=size[1], deviceScaleFactor=1, mobile=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._commands)
        os.close(self._answers)

    def send(self, method, **parameters):
        """Send a command; give its result."""
        message = {'id': next(self._numbers), 'method': method,
                   'params': parameters}
        if self.session:
            message['sessionId'] = self.session
        os.write(self._commands, json.dumps(message).encode() + b'\0')
        while True:
            found = self._receive()
            if found.get('id') == message['id']:
                assert 'error' not in found, (method, found)
                return found['result']

    def open(self, url):
        """Go to a page and wait until it is loaded."""
        self.send('Page.navigate', url=url)
        self.wait('document.readyState === "complete" && '
                  f'location.href === {json.dumps(url)}')

    def run(self, script):
        """Run a script; give the value of its last expression."""
        found = self.send('Runtime.evaluate', expression=script,
                          returnByValue=True, awaitPromise=True,
                          userGesture=True)
        assert 'exceptionDetails' not in found, (script, found)
        return found['result'].get('value')

    def wait(self, condition):
        """Wait until a script gives something true; give it."""
        end = time.monotonic() + PATIENCE
        while not (value := self.run(condition)):
            assert time.monotonic() < end, condition
            time.sleep(.02)
        return value

    def click(self, x, y):
        """Press and release the mouse at a place of the window."""
        for kind in ('mousePressed', 'mouseReleased'):
            self.send('Input.dispatchMouseEvent', type=kind, x=x, y=y,
                      button='left', clickCount=1)

    def press(self, key, text=''):
        """Press and release a key."""
        for kind in ('keyDown', 'keyUp'):
            self.send('Input.dispatchKeyEvent', type=kind, key=key, code=key,
                      text=text if kind == 'keyDown' else '')

    def screenshot(self):
        """What is seen, as the bytes of a PNG file."""
        return base64.b64decode(
            self.send('Page.captureScreenshot', format='png')['data'])

    def _receive(self):
        """The next message; faults of the page and requests are kept."""
        while b'\0' not in self._buffer:
            ready, _, _ = select.select([self._answers], [], [], PATIENCE)
            assert ready, 'no answer of Chromium'
            block = os.read(self._answers, 1 << 20)
            assert block, 'Chromium has ended'
            self._buffer += block
        message, _, self._buffer = self._buffer.partition(b'\0')
        found = json.loads(message)
        method, details = found.get('method'), found.get('params')
        if method == 'Runtime.exceptionThrown' or (
                method == 'Runtime.consoleAPICalled'
                and details['type'] in ('error', 'warning', 'assert')) or (
                method == 'Log.entryAdded'
                and details['entry']['level'] in ('error', 'warning')):
            self.faults.append(details)
        elif method == 'Network.requestWillBeSent':
            self.requests.append(details['request']['url'])
        return found
