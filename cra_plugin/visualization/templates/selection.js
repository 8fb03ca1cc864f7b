// Which questions are shown, and in which order.

const ENOUGH = 0.5;

// Right and grounded, as far as it is known; main is the chosen decoder.
function outcome(question, main) {
  const right = question.right === null ? 'unknown' : question.right ? 'right' : 'wrong';
  const iop = question.iop[main];
  return {right, grounded: iop === undefined ? 'unknown' : iop >= ENOUGH ? 'grounded' : 'not grounded'};
}

// What a search looks through; made once.
function searchText(question) {
  question.found = question.found || [question.key, question.text, ...question.choices].join('\n').toLowerCase();
  return question.found;
}

function matches(question, wanted) {
  if (wanted.types.size && !wanted.types.has(question.type)) return false;
  return wanted.words.every((word) => searchText(question).includes(word));
}

function hasOutcome(question, wanted) {
  if (!wanted.outcomes.size) return true;
  const {right, grounded} = outcome(question, wanted.decoder);
  return wanted.outcomes.has(`${right}, ${grounded}`);
}

// Sorting keeps the annotated order of what is equal.
function inOrder(questions, wanted) {
  if (wanted.order === 'file') return questions;
  const sign = wanted.order === 'up' ? 1 : -1;
  return [...questions].sort((first, second) => sign * (
    (first.iop[wanted.decoder] || 0) - (second.iop[wanted.decoder] || 0)));
}
