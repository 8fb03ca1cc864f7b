// The page: filters, toolbar, and one page of cards at a time.

const PAGE_SIZE = 20;
const data = JSON.parse(document.getElementById('data').textContent);
const at = (id) => document.getElementById(id);
const wanted = {words: [], types: new Set(), outcomes: new Set(), decoder: data.main, order: 'file', page: 0};
let shown = [];

function toggle(label, set, value) {
  const button = element('button', {type: 'button', 'aria-pressed': 'false'}, label);
  button.dataset.value = value;
  button.addEventListener('click', () => {
    if (!set.delete(value)) set.add(value);
    button.setAttribute('aria-pressed', set.has(value));
    update();
  });
  return button;
}

function count(values) {
  const counts = new Map();
  values.forEach((value) => counts.set(value, (counts.get(value) || 0) + 1));
  return counts;
}

function buildFilters() {
  const columns = data.questions[0].iop.length ? ['grounded', 'not grounded'] : ['unknown'];
  const rows = data.questions[0].right === null ? ['unknown'] : ['right', 'wrong'];
  const names = {grounded: `grounded (IoP ≥ ${ENOUGH})`, unknown: ''};
  at('outcomes').append(
    element('tr', {}, element('td'), ...columns.map((name) => element('th', {scope: 'col'}, names[name] ?? name))),
    ...rows.map((right) => element('tr', {}, element('th', {scope: 'row'}, names[right] ?? right), ...columns.map(
      (grounded) => element('td', {}, toggle('', wanted.outcomes, `${right}, ${grounded}`))))));
  const types = count(data.questions.map((question) => question.type));
  at('types').append(...[...types.keys()].sort().map((type) => toggle(
    `${data.types[type] || 'no type'}: ${types.get(type).toLocaleString('en')}`, wanted.types, type)));
  at('decoder').append(...data.decoders.map((name, index) => element('option', {value: index}, name)));
  at('decoder').value = data.main;
  at('decoder-label').hidden = data.decoders.length < 2;
  at('order').disabled = !data.questions[0].iop.length;
}

// Counts beside the outcomes are of what the other filters leave.
function countOutcomes(questions) {
  const counts = count(questions.map((question) => Object.values(outcome(question, wanted.decoder)).join(', ')));
  at('outcomes').querySelectorAll('button').forEach((button) => {
    const [right, grounded] = button.dataset.value.split(', ');
    button.textContent = (counts.get(button.dataset.value) || 0).toLocaleString('en');
    button.setAttribute('aria-label', `${right}, ${grounded}: ${button.textContent} questions`);
  });
}

function update() {
  const found = data.questions.filter((question) => matches(question, wanted));
  countOutcomes(found);
  shown = inOrder(found.filter((question) => hasOutcome(question, wanted)), wanted);
  at('count').textContent = `${shown.length.toLocaleString('en')} of ${data.questions.length.toLocaleString('en')} questions`;
  turnTo(0);
}

function turnTo(page) {
  const pages = Math.max(Math.ceil(shown.length / PAGE_SIZE), 1);
  wanted.page = Math.min(Math.max(page, 0), pages - 1);
  // Else the browser keeps the videos of cards that are gone.
  at('cards').querySelectorAll('video').forEach((video) => { video.removeAttribute('src'); video.load(); });
  at('cards').replaceChildren(...shown.slice(wanted.page * PAGE_SIZE, (wanted.page + 1) * PAGE_SIZE).map(
    (question) => buildCard(question, data, wanted.decoder)));
  if (!shown.length) at('cards').append(element('p', {className: 'note'}, 'No question is left by these filters.'));
  at('page').value = wanted.page + 1;
  at('page').max = pages;
  at('pages').textContent = pages.toLocaleString('en');
  document.querySelectorAll('[data-step]').forEach((button) => {
    const next = wanted.page + Number(button.dataset.step);
    button.disabled = next < 0 || next >= pages;
  });
}

function clear() {
  at('search').value = '';
  wanted.words = [];
  wanted.types.clear();
  wanted.outcomes.clear();
  document.querySelectorAll('[aria-pressed]').forEach((button) => button.setAttribute('aria-pressed', 'false'));
  update();
}

buildFilters();
at('search').addEventListener('input', (event) => {
  wanted.words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  update();
});
at('decoder').addEventListener('change', (event) => { wanted.decoder = Number(event.target.value); update(); });
at('order').addEventListener('change', (event) => { wanted.order = event.target.value; update(); });
at('page').addEventListener('change', (event) => turnTo(Number(event.target.value) - 1));
at('clear').addEventListener('click', clear);
document.querySelectorAll('[data-step]').forEach((button) => button.addEventListener('click', () => {
  turnTo(wanted.page + Number(button.dataset.step));
  at('cards').firstElementChild?.scrollIntoView();
}));
update();
