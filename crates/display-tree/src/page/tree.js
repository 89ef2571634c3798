'use strict';
// The tree: drawn as far as it is open, moved through by keyboard as the ARIA tree pattern has it.

const Tree = (() => {
  const root = document.getElementById('tree');
  const nodes = new WeakMap(); // element → what it shows
  const elements = new Map(); // what is shown → its element
  let current = null; // the item that Tab leads to
  let opening = 0; // the latest "expand all", so that a newer wish ends it

  const make = (tag, css, ...children) => {
    const element = document.createElement(tag);
    if (css) element.className = css;
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
    return element;
  };
  const icon = (name, css) => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('class', css ? `icon ${css}` : 'icon');
    svg.setAttribute('aria-hidden', 'true');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    use.setAttribute('href', `#i-${name}`);
    svg.append(use);
    return svg;
  };
  const number = (count) => count.toLocaleString('en');
  const counted = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;

  // A text with what the search found in it marked.
  function found(text, css) {
    const folded = Model.fold(text);
    const hit = new Uint8Array(text.length);
    for (const term of Model.terms()) {
      for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + term.length)) hit.fill(1, at, at + term.length);
    }
    const span = make('span', css);
    for (let at = 0; at < text.length;) {
      let end = at + 1;
      while (end < text.length && hit[end] === hit[at]) end += 1;
      const piece = text.slice(at, end);
      span.append(hit[at] ? make('mark', '', piece) : piece);
      at = end;
    }
    return span;
  }

  const words = {
    group: { add: 'New group', remove: 'Removed' },
    person: { add: 'New', enable: 'Enabled again', move: 'Moved', change: 'Changed', disable: 'Disabled' },
  };
  const wordOf = (item) => (item.what ? words[item.type][item.what] : '');
  const badge = (css, picture, text) => make('span', `badge ${css}`, picture ? icon(picture) : null, text);
  const badges = (item) => [
    item.what ? badge(`what ${item.what}`, item.what, wordOf(item)) : null,
    item.held ? badge('held', 'held', 'Held back') : null,
  ];
  const rowOf = (item, ...children) => make('div', item.what ? `row marked ${item.what}` : 'row', ...children);

  // What a search finds is found; what is left by a choice of changes alone is shown.
  const foundWord = () => (Model.terms().length > 0 ? 'found' : 'shown');

  function groupItem(group) {
    const kinds = { root: 'Root group', disabled: 'Disabled users go here', outside: 'Outside the root group' };
    const count = group.total;
    const parts = [];
    if (group.here !== group.total && group.here > 0) parts.push(`${number(group.here)} directly`);
    if (group.groups.length > 0) parts.push(counted(group.groups.length, 'group', 'groups'));
    const deep = group.deep ? badge('deep', 'deep', `Level ${group.level}: TimeCamp allows ${Model.data.levels}`) : null;
    const kind = kinds[group.kind] && kinds[group.kind] !== group.name ? badge('plain', '', kinds[group.kind]) : null;
    const total = make('span', 'total', make('b', '', number(count)), count === 1 ? ' person' : ' people');
    const row = rowOf(group, icon('chevron', 'twist'), icon('group', 'folder'),
      make('span', 'main', found(group.name, 'name'), kind, ...badges(group), deep),
      Model.narrowed() ? make('span', 'side found', group.found > 0 ? `${number(group.found)} ${foundWord()}` : '') : make('span', 'side', parts.join(' · ')),
      make('span', 'end', total));
    const item = make('li', `group ${group.kind}`, row);
    const empty = group.shownGroups.length + group.shownPeople.length === 0;
    if (empty) row.firstChild.style.visibility = 'hidden';
    else item.setAttribute('aria-expanded', 'false');
    label(item, group.name, counted(count, 'person', 'people'), parts.join(', '), kinds[group.kind], wordOf(group),
      group.held ? 'held back by a guard' : '', group.deep ? `level ${group.level}, TimeCamp allows ${Model.data.levels}` : '');
    return item;
  }

  const initials = (name) => {
    const parts = name.split(/[\s@.]+/).filter((part) => /^[\p{L}\p{N}]/u.test(part));
    const first = parts.length > 0 ? [...parts[0]][0] : '?';
    return (first + (parts.length > 1 ? [...parts[parts.length - 1]][0] : '')).toUpperCase();
  };

  function personItem(person) {
    const role = person.role === 'user' ? null : badge('plain', '', capital(person.role));
    const off = person.standing === 'disabled' && person.what !== 'disable' ? badge('plain', '', 'Disabled account') : null;
    const lead = person.role === 'administrator' || person.role === 'supervisor';
    const side = make('span', person.what ? 'side' : 'side wide', found(person.email));
    if (person.second) side.append(make('br'), 'also ', found(person.second));
    const face = make('span', lead ? 'face lead' : 'face', initials(person.name));
    face.setAttribute('aria-hidden', 'true');
    const row = rowOf(person, make('span'), face,
      make('span', 'main', found(person.name, 'name'), person.title ? found(person.title, 'title') : null, role, off, person.held ? badges({ held: true })[1] : null),
      side, person.what ? make('span', 'end', badge(`what ${person.what}`, person.what, wordOf(person))) : null);
    if (person.changes.length > 0) row.append(make('div', 'diff', ...person.changes.map(difference)));
    const item = make('li', `leaf ${person.standing === 'active' ? 'person' : 'person gone'}`, row);
    label(item, person.name, person.role, person.title, person.email, off ? 'disabled account' : '', wordOf(person),
      person.held ? 'held back by a guard' : '', ...person.changes.map((one) => (one.f === 'disabled' ? one.y : `${one.f} from ${one.o || 'nothing'} to ${one.n}`)));
    return item;
  }

  const capital = (text) => text[0].toUpperCase() + text.slice(1);
  function difference({ f: field, o: old, n: now, y: why }) {
    // That somebody is disabled or enabled is said by the mark; why remains to be said.
    if (field === 'disabled') return make('span', '', capital(why));
    const shown = (text) => (field === 'group' ? text.split('/').join(' / ') : text);
    return make('span', '', `${capital(field)}: `, old ? make('s', '', shown(old)) : 'nothing', ' → ', make('b', '', shown(now)), ` (${why})`);
  }

  function leavingItem(leaving) {
    const { person } = leaving;
    const to = Model.pathOf(person.group);
    const row = make('div', 'row', make('span'), make('span', 'face', '→'),
      make('span', 'main wide-main', make('span', 'title', found(person.name), ' moves away to ', to)));
    const item = make('li', 'leaf leaving', row);
    label(item, `${person.name} moves away to ${to}`, 'Enter goes there');
    return item;
  }

  const label = (item, ...parts) => {
    item.setAttribute('aria-label', parts.filter(Boolean).join(', '));
  };

  function itemOf(thing, position, size, level) {
    const makers = { group: groupItem, person: personItem, leaving: leavingItem };
    const item = makers[thing.type](thing);
    item.setAttribute('role', 'treeitem');
    item.setAttribute('aria-level', level);
    item.setAttribute('aria-setsize', size);
    item.setAttribute('aria-posinset', position);
    item.tabIndex = -1;
    nodes.set(item, thing);
    elements.set(thing, item);
    return item;
  }

  // Draws what is directly in a group: all its groups, and its people a chunk at a time.
  function fill(list, group, level) {
    const size = group.shownGroups.length + group.shownPeople.length;
    group.shownGroups.forEach((child, index) => list.append(itemOf(child, index + 1, size, level)));
    people(list, group, level, 0);
  }

  function people(list, group, level, from) {
    const offset = group.shownGroups.length;
    const size = offset + group.shownPeople.length;
    const chunk = group.shownPeople.slice(from, from + Model.CHUNK);
    chunk.forEach((thing, index) => list.append(itemOf(thing, offset + from + index + 1, size, level)));
    const left = group.shownPeople.length - from - chunk.length;
    if (left <= 0) return;
    const text = `Show ${number(Math.min(left, Model.CHUNK))} more of ${number(left)}`;
    const more = make('li', 'more', make('div', 'row', make('span'), make('span'), make('span', 'main', text)));
    more.setAttribute('role', 'treeitem');
    more.setAttribute('aria-level', level);
    more.tabIndex = -1;
    label(more, text);
    nodes.set(more, { type: 'more', show: () => {
      more.remove();
      people(list, group, level, from + Model.CHUNK);
      return elements.get(group.shownPeople[from + Model.CHUNK]);
    } });
    list.append(more);
  }

  const listOf = (item) => { const last = item.lastElementChild; return last && last.getAttribute('role') === 'group' ? last : null; };

  // Makes an element look as its group is: open or closed.
  function show(item, group) {
    const open = Model.isOpen(group);
    if (!item.hasAttribute('aria-expanded')) return;
    item.setAttribute('aria-expanded', String(open));
    let list = listOf(item);
    if (open && !list) {
      list = make('ul');
      list.setAttribute('role', 'group');
      fill(list, group, Number(item.getAttribute('aria-level')) + 1);
      item.append(list);
      for (const child of group.shownGroups) if (Model.isOpen(child)) show(elements.get(child), child);
    }
    if (list) list.hidden = !open;
  }

  function toggle(item, open) {
    const group = nodes.get(item);
    if (!item.hasAttribute('aria-expanded')) return;
    Model.setOpen(group, open === undefined ? !Model.isOpen(group) : open);
    show(item, group);
  }

  // Draws everything anew, after a search or a filter.
  function draw() {
    opening += 1;
    const kept = current && nodes.get(current);
    elements.clear();
    const shown = Model.tops.filter((group) => group.shown);
    root.replaceChildren(...shown.map((group, index) => itemOf(group, index + 1, shown.length, 1)));
    for (const group of shown) show(elements.get(group), group);
    current = null;
    const next = (kept && elements.get(kept)) || root.firstElementChild;
    if (next) settle(next);
    return shown.length > 0;
  }

  function settle(item) {
    if (current) current.tabIndex = -1;
    current = item;
    item.tabIndex = 0;
  }

  function focus(item) {
    if (!item) return;
    settle(item);
    item.focus({ preventScroll: true });
    item.firstElementChild.scrollIntoView({ block: 'nearest' });
  }

  const parentOf = (item) => item.parentElement.closest('li[role="treeitem"]');
  const inside = (item) => { const list = listOf(item); return list && !list.hidden ? list : null; };
  const after = (item) => {
    if (inside(item)) return inside(item).firstElementChild;
    for (let at = item; at; at = parentOf(at)) if (at.nextElementSibling) return at.nextElementSibling;
    return null;
  };
  const deepest = (item) => { let at = item; while (inside(at)) at = inside(at).lastElementChild; return at; };
  const before = (item) => (item.previousElementSibling ? deepest(item.previousElementSibling) : parentOf(item));

  // Opens the way to somebody and goes there.
  function reveal(thing) {
    const way = [];
    for (let group = thing.group; group; group = group.parent) way.unshift(group);
    for (const group of way) {
      Model.setOpen(group, true);
      const item = elements.get(group);
      if (item) show(item, group);
    }
    const row = thing.group.shownPeople.indexOf(thing);
    while (row >= 0 && !elements.get(thing)) {
      const more = inside(elements.get(thing.group))?.lastElementChild;
      if (!more || nodes.get(more)?.type !== 'more') break;
      nodes.get(more).show();
    }
    focus(elements.get(thing) || elements.get(thing.group));
  }

  function act(item) {
    const thing = nodes.get(item);
    if (thing.type === 'more') focus(thing.show());
    else if (thing.type === 'leaving') reveal(thing.person);
    else toggle(item);
  }

  function startingWith(letter) {
    const starts = (item) => {
      const thing = nodes.get(item);
      return Model.fold((thing.person || thing).name || '').startsWith(letter);
    };
    for (let at = after(current) || root.firstElementChild; at !== current; at = after(at) || root.firstElementChild) {
      if (starts(at)) return at;
    }
    return null;
  }

  const keys = {
    ArrowDown: (item) => focus(after(item)),
    ArrowUp: (item) => focus(before(item)),
    ArrowRight: (item) => { if (inside(item)) focus(inside(item).firstElementChild); else toggle(item, true); },
    ArrowLeft: (item) => { if (inside(item)) toggle(item, false); else focus(parentOf(item)); },
    Home: () => focus(root.firstElementChild),
    End: () => focus(deepest(root.lastElementChild)),
    Enter: act,
    ' ': act,
    '*': (item) => { for (const beside of item.parentElement.children) if (nodes.get(beside).type === 'group') toggle(beside, true); },
  };

  root.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !current) return;
    const action = keys[event.key];
    if (action) action(current);
    else if (event.key.length === 1 && event.key !== '/') focus(startingWith(Model.fold(event.key)));
    else return;
    event.preventDefault();
  });
  root.addEventListener('click', (event) => {
    const item = event.target.closest('li[role="treeitem"]');
    if (!item || !event.target.closest('.row') || String(window.getSelection()) !== '') return;
    settle(item);
    item.focus({ preventScroll: true });
    act(item);
  });
  root.addEventListener('focusin', (event) => {
    const item = event.target.closest('li[role="treeitem"]');
    if (item && item !== current) settle(item);
  });

  // Opens everything, a few milliseconds of work at a time so that the page stays alive.
  async function expand() {
    opening += 1;
    const mine = opening;
    let until = performance.now() + 30;
    for (const group of Model.groups) {
      if (!group.shown) continue;
      Model.setOpen(group, true);
      const item = elements.get(group);
      if (item) show(item, group);
      if (performance.now() < until) continue;
      await new Promise((resolve) => { setTimeout(resolve, 0); });
      if (mine !== opening) return;
      until = performance.now() + 30;
    }
  }

  function collapse() {
    opening += 1;
    for (const group of Model.groups) Model.setOpen(group, false);
    for (const top of Model.tops) Model.setOpen(top, top.kind === 'root');
    draw();
  }

  return { draw, expand, collapse, make, icon, number, counted, foundWord, focus: () => focus(current) };
})();
