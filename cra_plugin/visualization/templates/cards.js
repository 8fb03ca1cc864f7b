// One card per question: the video where there is one, choices, timeline.

function buildCard(question, data, main) {
  const video = data.videos[question.video];
  const {right, grounded} = outcome(question, main);
  const player = video.url === null ? null : buildPlayer(video);
  const card = element('article', {className: `card ${right}`, id: `question-${question.key}`},
    element('header', {},
      element('h3', {}, question.text),
      element('span', {className: 'badge'}, describeOutcome(right, grounded))),
    element('p', {className: 'meta'}, [`${question.key}`, data.types[question.type]].filter(Boolean).join(' · ')),
    element('div', {className: player ? 'body with-video' : 'body'},
      player && player.box,
      player ? element('div', {}, buildChoices(question), buildTimeline(question, data, main, player.media)) : buildChoices(question),
      player ? null : buildTimeline(question, data, main, null)));
  return card;
}

function describeOutcome(right, grounded) {
  const sign = {right: '✓ ', wrong: '✗ ', unknown: ''}[right];
  const words = [right === 'unknown' ? '' : `${right} answer`, grounded === 'unknown' ? '' : grounded];
  return sign + words.filter(Boolean).join(', ');
}

function buildPlayer(video) {
  const media = element('video', {controls: true, preload: 'metadata', src: video.url});
  const box = element('div', {className: 'player'}, media);
  media.addEventListener('error', () => box.replaceChildren(element('p', {className: 'note'},
    `This browser cannot play ${decodeURIComponent(video.url)}.`)));
  return {media, box};
}

function buildChoices(question) {
  const inside = question.scores && question.scores.every((score) => score >= 0 && score <= 1);
  const items = question.choices.map((text, index) => {
    const isRight = index === question.answer, isPredicted = index === question.predicted;
    const roles = [isRight ? 'right answer' : '', isPredicted ? 'predicted' : ''].filter(Boolean);
    const isWrong = isPredicted && !isRight && question.answer !== null;
    const score = question.scores && element('span', {className: 'score'},
      inside ? element('progress', {value: question.scores[index], 'aria-hidden': 'true'}) : element('span'),
      inside ? question.scores[index].toFixed(3) : `${question.scores[index]}`);
    return element('li', {className: [isRight ? 'is-right' : '', isWrong ? 'is-wrong' : ''].join(' ')},
      element('span', {className: 'sign', 'aria-hidden': 'true'}, isRight ? '✓' : isWrong ? '✗' : ''),
      element('span', {className: 'letter'}, String.fromCharCode(65 + index)),
      element('span', {className: roles.length ? 'marked' : ''}, text,
        roles.length ? element('span', {className: 'role'}, ` (${roles.join(', ')})`) : null),
      score || null);
  });
  if (question.predicted === null && question.right === false) {
    items.push(element('li', {className: 'note'}, element('span'), element('span'), 'no answer was predicted'));
  }
  return element('ul', {className: 'choices'}, ...items);
}

function buildTimeline(question, data, main, media) {
  const video = data.videos[question.video];
  const length = axisLength(question, video);
  const plot = element('div', {className: 'plot'}, drawPlot(question, video, length));
  const rows = [row('ground truth', question.truth, question.truth.length === 1
    ? [describeSpan(question.truth[0])] : [question.truth.length ? `${question.truth.length} spans` : 'not annotated'], false)];
  data.decoders.forEach((name, index) => rows.push(row(
    name, question.spans[index], describeFit(question, index), index === main)));
  if (question.weights) {
    rows.unshift([element('div', {className: 'label tall'}, 'frame weights\n'),
      element('div', {className: 'value tall'},
        `highest ${+Math.max(...question.weights).toPrecision(2)}\nmean (dashed) ${+mean(question.weights).toPrecision(2)}`)]);
  }
  plot.style.gridArea = `1 / 2 / span ${rows.length + 1} / 3`;
  const cells = rows.flatMap((pair, index) => pair.map((cell, side) => {
    cell.style.gridArea = `${index + 1} / ${side ? 3 : 1}`;
    return cell;
  }));
  if (media) makeSeekable(plot, media, length);
  return element('div', {className: 'timeline'}, ...cells, plot);

  function row(name, spans, words, isMain) {
    const label = media && spans.length
      ? element('button', {type: 'button', title: 'go to its start'}, name)
      : element('span', {}, name);
    if (media && spans.length) label.addEventListener('click', () => { media.currentTime = spans[0][0]; });
    if (isMain) label.classList.add('main');
    return [element('div', {className: 'label'}, label),
      element('div', {className: isMain ? 'value main' : 'value'}, ...words.map((each) => element('span', {}, each)))];
  }
}

function describeFit(question, index) {
  const spans = question.spans[index];
  if (!spans.length) return ['none'];
  const words = spans.length === 1 ? describeSpan(spans[0]) : `${spans.length} spans`;
  if (!question.iop.length) return [words];
  return [words, `IoP ${fraction(question.iop[index])}`, `IoU ${fraction(question.iou[index])}`];
}

// The plot is a slider over the time of the video, for mouse and keyboard.
function makeSeekable(plot, media, length) {
  const head = element('div', {className: 'playhead'});
  plot.append(head);
  plot.classList.add('seekable');
  plot.tabIndex = 0;
  plot.setAttribute('role', 'slider');
  plot.setAttribute('aria-label', 'time of the video');
  plot.setAttribute('aria-valuemin', 0);
  plot.setAttribute('aria-valuemax', length);
  const seek = (time) => { media.currentTime = Math.min(Math.max(time, 0), length); };
  const show = () => {
    head.style.left = `${100 * Math.min(media.currentTime / length, 1)}%`;
    plot.setAttribute('aria-valuenow', media.currentTime);
    plot.setAttribute('aria-valuetext', `${seconds(media.currentTime)} seconds`);
  };
  const point = (event) => {
    const box = plot.getBoundingClientRect();
    seek((event.clientX - box.left) / box.width * length);
  };
  plot.addEventListener('pointerdown', point);
  plot.addEventListener('pointermove', (event) => { if (event.buttons & 1) point(event); });
  plot.addEventListener('keydown', (event) => {
    const steps = {ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity};
    if (event.key in steps) seek(media.currentTime + steps[event.key]);
    else if (event.key === ' ') media.paused ? media.play() : media.pause();
    else return;
    event.preventDefault();
  });
  ['timeupdate', 'seeking', 'loadedmetadata'].forEach((name) => media.addEventListener(name, show));
  show();
}
