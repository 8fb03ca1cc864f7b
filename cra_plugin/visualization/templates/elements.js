'use strict';
// Elements from data: texts are set as text, so that no markup of a file counts.

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made && !name.startsWith('aria')) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function shape(tag, attributes, text = '') {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  return made;
}

function seconds(value) {
  return value.toFixed(1);
}

function describeSpan([start, end]) {
  return start === end ? `${seconds(start)} s` : `${seconds(start)} to ${seconds(end)} s`;
}

function fraction(value) {
  return value.toFixed(2);
}
