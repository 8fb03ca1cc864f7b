"""Questions and predictions to browse, with texts that are no plain text."""

import csv
import json

HOSTILE = '</script><script>window.hacked = 1</script><b onclick="x">&amp;'
ODD_VIDEO = 'a #1%? b'
VIDEOS = ('bikes', ODD_VIDEO, 'broken', 'absent')
TYPES = ('CW', 'TN', HOSTILE)
DURATION = 10
NUM_QUESTIONS = 48


def write_browsed_questions(folder, real_clips):
    """Write ``val`` of NExT-GQA's form, ``p*.json`` and ``videos``.

    Of 48 questions every second one is answered right, every third is
    grounded, and the others lie more beside the truth the later they come.
    The ninth has no span, the last no prediction.
    """
    rows, location, answers, spans, weights = [], {}, {}, {}, {}
    for number in range(NUM_QUESTIONS):
        video, qid = VIDEOS[number % 4], str(number)
        text = f'what is number {number} about' + HOSTILE * (number == 1)
        rows.append([video, text, 'b1', qid, TYPES[number % 3],
                     'a0 <i>', 'b1', 'c2', 'd3', 'e4'])
        location.setdefault(video, {})[qid] = [[2, 6]]
        key = f'{video}_{qid}'
        answers[key] = {'prediction': (1 + number % 2) % 5,
                        'scores': [.1, .5, .2, .1, .1]}
        late = 0 if number % 3 == 0 else 3 + number / 40
        spans[key] = None if number == 9 else [2 + late, 5 + late]
        weights[key] = [.02, .1, .2, .2, .2, .2, .05, .03] if late else [
            .05, .05, .3, .3, .1, .1, .05, .05]
    for content in (answers, spans, weights):
        content.popitem()
    with open(folder / 'val.csv', 'w', newline='') as file:
        csv.writer(file).writerows([
            ['video_id', 'question', 'answer', 'qid', 'type',
             *(f'a{index}' for index in range(5))],
            *rows])
    (folder / 'gsub_val.json').write_text(json.dumps({
        video: {'duration': DURATION, 'location': location[video]}
        for video in VIDEOS}))
    (folder / 'p.json').write_text(json.dumps(answers))
    (folder / 'p_spans.json').write_text(json.dumps(spans))
    (folder / 'w.json').write_text(json.dumps(weights))
    videos = folder / 'videos' / 'deep'
    videos.mkdir(parents=True)
    for name in ('bikes', ODD_VIDEO):
        (videos / f'{name}.mp4').symlink_to(real_clips / 'bikes.mp4')
    (videos / 'broken.mp4').write_text('no video')
    return folder
