// What was right, what each decoder chose and where the weights lay, over time.

const ROW = 22, WEIGHTS = 56, AXIS = 18, SHORTEST = 1e-3;

// The length of the time axis: the video, or all that is known of it.
function axisLength(question, video) {
  if (video.duration !== null) return Math.max(video.duration, ...question.truth.flat(), SHORTEST);
  return Math.max(...question.truth.flat(), ...question.spans.flat(2), ...(video.times || []), SHORTEST);
}

function frameTimes(question, video, length) {
  const count = question.weights.length;
  if (video.times !== null && video.times.length === count) return video.times;
  return question.weights.map((_, index) => (index + 0.5) * length / count);
}

// Each frame has the time up to halfway to its neighbors.
function drawWeights(svg, question, video, length, percent) {
  const times = frameTimes(question, video, length);
  const highest = Math.max(...question.weights, 1e-12);
  question.weights.forEach((weight, index) => {
    const left = index ? (times[index - 1] + times[index]) / 2 : 0;
    const right = index + 1 < times.length ? (times[index] + times[index + 1]) / 2 : length;
    const height = Math.max(weight, 0) / highest * (WEIGHTS - 6);
    const from = percent(left), width = percent(right) - from;
    svg.append(shape('rect', {
      class: 'bar', x: `${from + 0.1 * width}%`, width: `${Math.max(0.8 * width, 0)}%`,
      y: WEIGHTS - height, height}));
  });
  const level = WEIGHTS - Math.max(mean(question.weights), 0) / highest * (WEIGHTS - 6);
  svg.append(shape('line', {class: 'uniform', x1: '0%', x2: '100%', y1: level, y2: level}));
  svg.append(shape('line', {x1: '0%', x2: '100%', y1: WEIGHTS, y2: WEIGHTS}));
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

// A point in time is a diamond, as is what lies beyond the end.
function drawSpan(svg, span, top, name, percent) {
  const [from, to] = span.map(percent);
  if (to > from) {
    svg.append(shape('rect', {class: name, x: `${from}%`, width: `${to - from}%`, y: top + 4, height: ROW - 8}));
    return;
  }
  const place = shape('svg', {x: `${from}%`, y: top + ROW / 2, overflow: 'visible'});
  place.append(shape('path', {class: name, d: 'M0,-7 L6,0 L0,7 L-6,0 Z'}));
  svg.append(place);
}

function drawAxis(svg, length, top, percent) {
  const rough = length / 6, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
  for (let index = 0; index * step <= length * 1.0001; index += 1) {
    const at = `${percent(index * step)}%`;
    svg.append(shape('line', {x1: at, x2: at, y1: 0, y2: top}));
    svg.append(shape('text', {x: at, y: top + 14}, `${+(index * step).toPrecision(3)} s`));
  }
}

// All rows in one picture; its height in pixels.
function drawPlot(question, video, length) {
  const percent = (time) => 100 * Math.min(Math.max(time / length, 0), 1);
  const weights = question.weights ? WEIGHTS : 0;
  const bottom = weights + ROW * (1 + question.spans.length);
  const svg = shape('svg', {height: bottom + AXIS, 'aria-hidden': 'true'});
  drawAxis(svg, length, bottom, percent);
  for (const [start, end] of question.truth) {
    svg.append(shape('rect', {class: 'shade', x: `${percent(start)}%`, width: `${percent(end) - percent(start)}%`, y: 0, height: bottom}));
  }
  if (weights) drawWeights(svg, question, video, length, percent);
  question.truth.forEach((span) => drawSpan(svg, span, weights, 'truth', percent));
  question.spans.forEach((spans, index) => spans.forEach((span) => drawSpan(
    svg, span, weights + ROW * (index + 1), `span-${index % 3}`, percent)));
  return svg;
}
