'use strict';
// The groups and people of the page, and which of them a search or a filter leaves.

const Model = (() => {
  const CHUNK = 200; // people of one group that are drawn at once
  const data = JSON.parse(document.getElementById('data').textContent);

  // Everything is kept flat and in order; a group stands after the one above it.
  const groups = data.groups.map((row) => ({
    type: 'group', name: row.n, level: row.l, kind: row.k || 'ordinary', what: row.w, held: Boolean(row.h),
    parent: null, groups: [], people: [], total: 0, here: 0, open: false, forced: false, text: null,
    deep: row.l > data.levels && (row.k || 'ordinary') === 'ordinary',
  }));
  data.groups.forEach((row, index) => {
    if (row.p === undefined) return;
    groups[index].parent = groups[row.p];
    groups[row.p].groups.push(groups[index]);
  });
  const people = data.people.map((row) => ({
    type: 'person', name: row.n || row.e, email: row.e, second: row.s, id: row.x, title: row.j, role: row.r,
    standing: row.a || 'active', what: row.w, held: Boolean(row.h), changes: row.c || [], group: groups[row.g],
    from: row.f === undefined ? null : groups[row.f], text: null,
  }));
  for (const person of people) {
    person.group.people.push(person);
    if (person.standing === 'active') person.group.here += 1;
    // Where somebody leaves, a line says where they go. It counts nowhere.
    if (person.from) person.from.people.push({ type: 'leaving', person, group: person.from });
  }
  for (const group of [...groups].reverse()) {
    group.total += group.kind === 'inactive' ? group.people.length : group.here;
    if (group.parent) group.parent.total += group.total;
  }
  for (const group of groups) group.people.sort((a, b) => (a.type === 'leaving') - (b.type === 'leaving'));
  const tops = groups.filter((group) => !group.parent);

  // Letter case and accents do not count in a search. The length stays, so that a find can be shown in the original.
  const special = { ł: 'l', Ł: 'l', ø: 'o', Ø: 'o', đ: 'd', Đ: 'd', ß: 's', æ: 'a', Æ: 'a', œ: 'o', Œ: 'o', ı: 'i' };
  const foldOne = (letter) => special[letter] || letter.normalize('NFD').charAt(0).toLowerCase().charAt(0) || letter;
  const fold = (text) => (/^[\x00-\x7f]*$/.test(text) ? text.toLowerCase() : Array.from({ length: text.length }, (_, i) => foldOne(text[i])).join(''));
  const textOf = (item) => {
    if (item.text === null) {
      const parts = item.type === 'group' ? [item.name] : [item.name, item.email, item.second, item.title, item.id];
      item.text = fold(parts.filter(Boolean).join('\n'));
    }
    return item.text;
  };

  // The filters: each has a key, which items carry it, and what it is called.
  const filters = [
    { key: 'add', css: 'add', icon: 'add', one: 'new person', many: 'new people', of: (i) => i.type === 'person' && i.what === 'add' },
    { key: 'enable', css: 'enable', icon: 'enable', one: 'enabled again', many: 'enabled again', of: (i) => i.what === 'enable' },
    { key: 'move', css: 'move', icon: 'move', one: 'moved', many: 'moved', of: (i) => i.what === 'move' },
    { key: 'change', css: 'change', icon: 'change', one: 'changed', many: 'changed', of: (i) => i.what === 'change' },
    { key: 'disable', css: 'disable', icon: 'disable', one: 'disabled', many: 'disabled', of: (i) => i.what === 'disable' },
    { key: 'new-group', css: 'add', icon: 'add', one: 'new group', many: 'new groups', of: (i) => i.type === 'group' && i.what === 'add' },
    { key: 'remove', css: 'remove', icon: 'remove', one: 'group removed', many: 'groups removed', of: (i) => i.what === 'remove' },
    { key: 'held', css: 'held', icon: 'held', one: 'held back by a guard', many: 'held back by guards', of: (i) => i.held },
    { key: 'deep', css: 'deep', icon: 'deep', one: 'group too deep', many: 'groups too deep', of: (i) => i.deep === true },
  ];
  for (const filter of filters) {
    filter.count = 0;
    for (const list of [groups, people]) for (const item of list) if (filter.of(item)) filter.count += 1;
  }
  const present = filters.filter((filter) => filter.count > 0);
  const meansChange = (filter) => filter.key !== 'deep' && filter.key !== 'held';

  let terms = [];
  let narrowed = false;

  // Finds what is shown. Returns how many people and groups match by themselves.
  function narrow(query, keys) {
    terms = fold(query).split(/\s+/).filter(Boolean);
    narrowed = terms.length > 0 || keys.size > 0;
    const chosen = present.filter((filter) => keys.has(filter.key));
    const hasKey = (item) => chosen.length === 0 || chosen.some((filter) => filter.of(item.person || item));
    const found = (item) => terms.length === 0 || terms.every((term) => textOf(item).includes(term));
    const hits = { people: 0, groups: 0 };
    for (const group of groups) {
      const named = terms.length > 0 && found(group);
      group.inside = named || (group.parent !== null && group.parent.inside);
      group.hit = narrowed && hasKey(group) && (terms.length > 0 ? named : chosen.length > 0);
      if (group.hit) hits.groups += 1;
      group.reach = group.hit;
      group.found = 0;
      group.shownPeople = !narrowed ? group.people : group.people.filter((item) => {
        if (!hasKey(item)) return false;
        const own = found(item.person || item);
        if (own && item.type === 'person') { hits.people += 1; group.found += 1; }
        if (own && !named) group.reach = true;
        if (own && chosen.length > 0) group.reach = true;
        return own || group.inside;
      });
      group.shown = !narrowed || group.hit || group.shownPeople.length > 0 || (group.inside && hasKey(group));
      group.shownGroups = group.groups;
    }
    if (narrowed) {
      for (const group of [...groups].reverse()) {
        group.shownGroups = group.groups.filter((child) => child.shown);
        if (group.shownGroups.length > 0) group.shown = true;
        group.below = group.groups.some((child) => child.reach);
        for (const child of group.groups) group.found += child.found;
        if (group.below) group.reach = true;
      }
      force(300);
    }
    return hits;
  }

  // Opens the way to what was found, as long as it stays a page that can be read.
  function force(rows) {
    let left = rows;
    const finds = (group) => group.below || group.shownPeople.some((item) => item.type === 'person' ? terms.length === 0 || terms.every((term) => textOf(item).includes(term)) : false);
    for (const group of groups) {
      const way = !group.parent || group.parent.forced;
      const size = group.shownGroups.length + Math.min(group.shownPeople.length, CHUNK);
      group.forced = group.shown && way && left - size >= 0 && finds(group);
      if (group.forced) left -= size;
    }
  }

  const pathOf = (group) => (group.parent ? `${pathOf(group.parent)} / ${group.name}` : group.name);
  const isOpen = (group) => (narrowed ? group.forced : group.open);
  const setOpen = (group, open) => { if (narrowed) group.forced = open; else group.open = open; };

  return {
    CHUNK, data, groups, people, tops, filters: present, meansChange, fold, narrow, pathOf, isOpen, setOpen,
    terms: () => terms, narrowed: () => narrowed,
  };
})();
