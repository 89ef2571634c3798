'use strict';
// Everything around the tree: what the page is about, numbers, changes, notices, search, light and dark.

(() => {
  const { make, icon, number, counted } = Tree;
  const { data } = Model;
  const at = (id) => document.getElementById(id);
  const when = (text) => new Date(text).toLocaleString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' });

  function about() {
    const root = Model.tops.find((group) => group.kind === 'root');
    const sources = { bamboohr: 'BambooHR', azuread: 'Entra ID', ldap: 'LDAP / Active Directory', factorial: 'FactorialHR', okta: 'Okta', hibob: 'HiBob' };
    const from = `People from ${data.source ? sources[data.source] || data.source : data.input}`;
    const read = data.read_at ? `${from}, read ${when(data.read_at)}.` : `${from}.`;
    const basis = data.account
      ? `${root ? `${root.name} on ` : ''}${data.account}. ${read} Nothing has been changed yet: this is what a sync would do${data.totals.held > 0 ? ', but for what is marked as held back: that waits until somebody lets it through' : ''}.`
      : `${read} This is where they will be in TimeCamp; the account itself was not looked at.`;
    at('about').textContent = basis;
    at('made').textContent = `Made by display-tree ${data.version} on ${when(data.made_at)} from ${data.input}. Printing shows the groups that are open.`;
  }

  function numbers() {
    const { totals } = data;
    const role = (name) => totals.roles[name] || 0;
    const now = totals.active_before === totals.active ? '' : `now ${number(totals.active_before)}`;
    const rows = [
      ['Active users', totals.active, now], ['Administrators', role('administrator')], ['Supervisors', role('supervisor')],
      ['Regular users', role('user')], ['Guests', role('guest')], ['Groups', totals.groups], ['Deepest level', totals.deepest, totals.too_deep ? `over ${data.levels}` : ''],
    ];
    at('numbers').append(...rows.map(([name, value, small]) => make('div', '', make('dt', '', name), make('dd', '', number(value), small ? make('small', '', small) : null))));
  }

  function notices() {
    const looks = { held: ['held', 'held'], seats: ['held', 'seats'], note: ['note', 'note'] };
    const LINES = 500;
    const show = ({ kind, title, lines }) => {
      const [css, picture] = looks[kind];
      const head = [icon(picture), make('span', '', title)];
      if (lines.length === 0) return make('div', `notice ${css}`, make('p', '', ...head));
      const list = make('ul', '', ...lines.slice(0, LINES).map((line) => make('li', '', line)));
      if (lines.length > LINES) list.append(make('li', '', `and ${number(lines.length - LINES)} more`));
      return make('details', `notice ${css}`, make('summary', '', ...head), list);
    };
    const all = data.notices.map(show);
    if (data.account && !Model.filters.some(Model.meansChange)) {
      all.unshift(make('div', 'notice calm', make('p', '', icon('done'), make('span', '', 'Nothing to do: the account is in sync.'))));
    }
    at('notices').append(...all);
    at('notices').hidden = all.length === 0;
  }

  const chosen = new Set();
  const search = at('search');
  const only = at('only-changes');
  const changes = Model.filters.filter(Model.meansChange);

  function chips() {
    at('only').hidden = changes.length === 0;
    if (Model.filters.length === 0) return;
    at('changes').hidden = false;
    if (!data.account) at('changes-title').firstChild.textContent = 'Look at these ';
    at('chips').append(...Model.filters.map((filter) => {
      const chip = make('button', `chip ${filter.css}`, icon(filter.icon), make('b', '', number(filter.count)), filter.count === 1 ? filter.one : filter.many);
      chip.type = 'button';
      chip.dataset.filter = filter.key;
      chip.setAttribute('aria-pressed', 'false');
      chip.addEventListener('click', () => {
        if (!chosen.delete(filter.key)) chosen.add(filter.key);
        only.checked = false;
        update();
      });
      return chip;
    }));
  }

  function update() {
    for (const chip of at('chips').children) chip.setAttribute('aria-pressed', String(chosen.has(chip.dataset.filter)));
    const keys = chosen.size === 0 && only.checked ? new Set(changes.map((filter) => filter.key)) : chosen;
    const hits = Model.narrow(search.value, keys);
    const any = Tree.draw();
    at('empty').hidden = any;
    const parts = [];
    if (hits.people > 0 || hits.groups === 0) parts.push(counted(hits.people, 'person', 'people'));
    if (hits.groups > 0) parts.push(counted(hits.groups, 'group', 'groups'));
    at('status').textContent = Model.narrowed() && any ? `${parts.join(' and ')} ${Tree.foundWord()}` : '';
  }

  function clear() {
    search.value = '';
    chosen.clear();
    only.checked = false;
    update();
  }

  function listen() {
    let waiting = 0;
    search.addEventListener('input', () => {
      clearTimeout(waiting);
      waiting = setTimeout(update, Model.people.length > 2000 ? 120 : 0);
    });
    search.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        if (search.value === '') Tree.focus();
        search.value = '';
        update();
      } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
        clearTimeout(waiting);
        update();
        Tree.focus();
      } else return;
      event.preventDefault();
    });
    only.addEventListener('change', () => {
      chosen.clear();
      update();
    });
    document.addEventListener('keydown', (event) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target === search) return;
      event.preventDefault();
      search.focus();
      search.select();
    });
    at('expand').addEventListener('click', Tree.expand);
    at('collapse').addEventListener('click', Tree.collapse);
    at('clear').addEventListener('click', () => { clear(); search.focus(); });
    at('print').addEventListener('click', () => window.print());
  }

  // Light or dark: as the system has it until somebody chooses; the choice is kept where the browser allows it.
  function theme() {
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    const root = document.documentElement;
    const kept = () => { try { return localStorage.getItem('display-tree-theme'); } catch { return null; } };
    const keep = (value) => { try { localStorage.setItem('display-tree-theme', value); } catch { /* it holds until the page is closed */ } };
    const dark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : system.matches);
    const show = () => {
      at('theme-name').textContent = dark() ? 'Light' : 'Dark';
      at('theme').setAttribute('aria-label', dark() ? 'Switch to light colours' : 'Switch to dark colours');
      at('theme-icon').setAttribute('href', dark() ? '#i-sun' : '#i-moon');
    };
    if (['light', 'dark'].includes(kept())) root.dataset.theme = kept();
    show();
    system.addEventListener('change', show);
    at('theme').addEventListener('click', () => {
      root.dataset.theme = dark() ? 'light' : 'dark';
      keep(root.dataset.theme);
      show();
    });
  }

  theme();
  about();
  numbers();
  notices();
  chips();
  listen();
  for (const top of Model.tops) top.open = top.kind === 'root';
  update();
  performance.measure('display-tree:ready', { start: 0, end: performance.now() });
  // After the next frame is painted a person can use the page.
  requestAnimationFrame(() => setTimeout(() => {
    performance.measure('display-tree:interactive', { start: 0, end: performance.now() });
    document.documentElement.dataset.ready = 'yes';
  }, 0));
})();
