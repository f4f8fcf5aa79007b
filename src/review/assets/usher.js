// Makes the pages quicker; every one of them works without this file. It never sends anything that nobody asked for.
'use strict';

// A form is sent once, however often its button is pressed.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post') return;
  if (form.dataset.sent === 'yes') return event.preventDefault();
  form.dataset.sent = 'yes';
  // Coming back with the back button, the form may be sent anew.
  addEventListener('pageshow', () => { delete form.dataset.sent; }, { once: true });
});

// Marking several messages: how many, all at once, and a range with the shift key.
for (const form of document.querySelectorAll('form[data-bulk]')) {
  const boxes = [...form.querySelectorAll('input[name="id"]')];
  const count = form.querySelector('[data-count]');
  const buttons = [...form.querySelectorAll('.bar button')];
  const all = form.querySelector('[data-all]');
  let last = null;
  const show = () => {
    const marked = boxes.filter((box) => box.checked).length;
    if (count) count.textContent = marked === 0 ? count.dataset.none : count.dataset.some.replace('#', String(marked));
    for (const button of buttons) button.disabled = marked === 0;
    if (all) all.checked = marked > 0 && marked === boxes.length;
  };
  if (all && boxes.length > 1) {
    all.closest('label').hidden = false;
    all.addEventListener('change', () => { for (const box of boxes) box.checked = all.checked; show(); });
  }
  form.addEventListener('click', (event) => {
    const box = event.target;
    if (!boxes.includes(box)) return;
    if (event.shiftKey && last) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
    show();
  });
  addEventListener('pageshow', show);
  show();
}

// Filters take effect as soon as they are chosen.
for (const form of document.querySelectorAll('form.search')) {
  for (const field of form.querySelectorAll('select')) field.addEventListener('change', () => form.requestSubmit());
}

// j and k go through the list.
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(input|select|textarea)$/i.test(event.target.tagName)) return;
  if (event.key !== 'j' && event.key !== 'k') return;
  const links = [...document.querySelectorAll('a.what')];
  const at = links.indexOf(document.activeElement);
  links[event.key === 'j' ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0)]?.focus();
});
