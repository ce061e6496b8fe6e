"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const say = (key, ...args) => args.reduce((text, it, index) => text.replace(`{${index}}`, it), data.words[key]);
  const PAGE = 50;
  const PRINTED = 200;
  const DRAWN = 30;
  const collator = new Intl.Collator(data.lang === "zh" ? "zh-CN" : "en", { numeric: true });
  const styles = getComputedStyle(document.documentElement);
  const ink = (name) => styles.getPropertyValue(`--${name}`).trim();
  const TONES = {
    kept: ink("kept"), breached: ink("breached"), deviates: "#d19a2f", choice: "#7f9ac2", unknown: "#b4bac2",
    none: "#e4e7ea", more: ink("kept"), less: ink("breached"), plain: "#6b86a8",
  };
  const COLOURS = ["#2f5d8a", "#b3552e", "#4d7f5c", "#7b5a96", "#a68a2c", "#4a8b93", "#94405a", "#666c75"];

  /* An element with attributes and children; texts become text and never markup. */
  const make = (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "on") {
        for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
      } else if (value === true) {
        element.setAttribute(key, "");
      } else if (value !== undefined && value !== null && value !== false) {
        element.setAttribute(key, value);
      }
    }
    element.append(...children.filter((it) => it !== null && it !== undefined));
    return element;
  };

  const text = (table, column, row) => {
    const it = table.columns[column];
    return it.entries[it.cells[row]][0];
  };
  const tone = (entry) => entry[1] || "plain";
  const isRight = (column) => column.kind === "figure";

  /* The rows of a table that are asked for, in the order that is asked for. */
  class View {
    constructor(table, index) {
      this.table = table;
      this.index = index;
      this.page = 0;
      this.query = "";
      this.tone = "";
      this.chosen = table.facet === null ? null : table.chosen;
      this.order = null;
      this.all = false;
      this.watchers = [];
      this.update();
    }
    update() {
      const { table } = this;
      const query = this.query.trim().toLowerCase();
      const hits = query
        ? table.columns.map((column) => column.entries.map((it) => it[0].toLowerCase().includes(query)))
        : null;
      const tones = this.tone ? table.columns.map((column) => column.entries.map((it) => tone(it) === this.tone)) : null;
      const facet = table.facet === null ? null : table.columns[table.facet].cells;
      const rows = [];
      for (let row = 0; row < table.rows; row += 1) {
        if (facet && this.chosen !== null && facet[row] !== this.chosen) continue;
        if (hits && !table.columns.some((column, at) => hits[at][column.cells[row]])) continue;
        if (tones && !table.columns.some((column, at) => tones[at][column.cells[row]])) continue;
        rows.push(row);
      }
      if (this.order) {
        const { column, down } = this.order;
        const it = table.columns[column];
        const rank = this.rank(column);
        const sign = down ? -1 : 1;
        /* What has no value comes last, whichever way. */
        rows.sort((a, b) => {
          const [x, y] = [it.cells[a], it.cells[b]];
          const [p, q] = [x >= it.known, y >= it.known];
          if (p !== q) return p ? 1 : -1;
          return sign * (rank[x] - rank[y]) || a - b;
        });
      }
      this.rows = rows;
      this.page = 0;
      for (const watcher of this.watchers) watcher();
    }
    /* Entries are in order, but for texts, which each language orders in its own way. */
    rank(column) {
      const it = this.table.columns[column];
      if (!it.rank) {
        const order = it.entries.map((_, index) => index);
        if (it.kind === "text") order.sort((a, b) => collator.compare(it.entries[a][0], it.entries[b][0]));
        it.rank = [];
        order.forEach((entry, place) => { it.rank[entry] = place; });
      }
      return it.rank;
    }
    sort(column) {
      const same = this.order && this.order.column === column;
      this.order = same && this.order.down ? null : { column, down: Boolean(same) };
      this.update();
    }
    /* The columns with anything to show, unless all are asked for. */
    columns() {
      const { table } = this;
      return table.columns.map((_, at) => at).filter((at) => {
        const column = table.columns[at];
        if (at === table.facet && this.chosen !== null) return false;
        return column.kind === "key" ? !column.empty : this.all || !column.empty;
      });
    }
  }

  const cellLink = (view, row, at) => {
    const column = view.table.columns[at];
    const entry = column.entries[column.cells[row]];
    const shown = entry[0];
    if (column.kind === "key" || shown === "" || (tone(entry) === "plain" && column.cells[row] >= column.known)) return shown;
    return make("a", { href: `#why=${view.index}.${row}.${at}` }, shown);
  };
  const cell = (view, row, at, link) => {
    const column = view.table.columns[at];
    const entry = column.entries[column.cells[row]];
    const kind = isRight(column) ? "right" : column.kind === "key" ? "key" : entry[0].length > 40 ? "wrap" : "";
    const name = `${kind} ${tone(entry) === "plain" ? "" : `tone-${tone(entry)}`}`.trim();
    return make("td", { class: name || null }, link ? cellLink(view, row, at) : entry[0]);
  };
  const totals = (view, columns) => {
    if (!view.table.columns.some((it) => it.total)) return null;
    if (view.table.facet !== null) return null;
    let said = false;
    const cells = columns.map((at) => {
      const column = view.table.columns[at];
      const named = !said && column.kind === "key";
      said = said || named;
      return make("td", { class: isRight(column) ? "right" : null }, named ? say("total") : column.total);
    });
    return make("tfoot", null, make("tr", null, ...cells));
  };

  const drawTable = (view) => {
    const { table } = view;
    const section = document.getElementById(`table-${view.index}`);
    for (const column of table.columns) {
      column.empty = column.entries.every((it) => it[0] === "" || tone(it) === "none" || tone(it) === "unknown");
    }
    const bar = make("div", { class: "bar" });
    const search = make("input", {
      type: "search", placeholder: say("filter"), "aria-label": say("filter"),
      on: { input: () => { view.query = search.value; view.update(); } },
    });
    bar.append(search);
    if (table.facet !== null) {
      const column = table.columns[table.facet];
      const select = make("select", {
        "aria-label": column.head, "data-part": "facet",
        on: { change: () => { view.chosen = select.value === "" ? null : Number(select.value); view.update(); } },
      }, make("option", { value: "" }, say("all")), ...column.entries.map((it, at) =>
        make("option", { value: at, selected: at === table.chosen }, it[0])));
      bar.append(make("label", null, `${column.head} `, select));
    }
    const present = new Map();
    for (const column of table.columns) {
      if (column.kind !== "verdict") continue;
      for (const entry of column.entries) {
        const first = entry[0].split(/[:\uff1a]/)[0];
        if (tone(entry) !== "plain" && !present.has(tone(entry))) present.set(tone(entry), first);
      }
    }
    if (present.size > 1) {
      const select = make("select", {
        "aria-label": say("outcome"), "data-part": "outcome",
        on: { change: () => { view.tone = select.value; view.update(); } },
      }, make("option", { value: "" }, say("all")), ...[...present].map(([it, name]) => make("option", { value: it }, name)));
      bar.append(make("label", null, `${say("outcome")} `, select));
    }
    const hidden = table.columns.filter((it) => it.kind !== "key" && it.empty).length;
    if (hidden > 0) {
      const box = make("input", { type: "checkbox", on: { change: () => { view.all = box.checked; draw(); } } });
      bar.append(make("label", { title: say("columns-hidden", hidden) }, box, ` ${say("columns-show")} (${hidden})`));
    }
    const count = make("span", { "data-part": "count" });
    const back = make("button", { type: "button", on: { click: () => { view.page -= 1; draw(); } } }, say("previous"));
    const forth = make("button", { type: "button", on: { click: () => { view.page += 1; draw(); } } }, say("next"));
    bar.append(make("span", { class: "pager" }, count, back, forth));
    const scroll = make("div", { class: "scroll" });
    section.append(bar, scroll);

    const draw = () => {
      const columns = view.columns();
      const first = view.page * PAGE;
      const rows = view.rows.slice(first, first + PAGE);
      const heads = columns.map((at) => {
        const column = table.columns[at];
        const sorted = view.order && view.order.column === at;
        return make("th", {
          scope: "col", class: isRight(column) ? "right" : column.kind === "key" ? "key" : null,
          "aria-sort": sorted ? (view.order.down ? "descending" : "ascending") : null,
        }, make("button", { type: "button", "data-column": at, on: { click: () => view.sort(at) } }, column.head));
      });
      const body = rows.map((row) => make("tr", null, ...columns.map((at) => cell(view, row, at, true))));
      if (rows.length === 0) body.push(make("tr", null, make("td", { colspan: columns.length }, say("no-rows"))));
      scroll.replaceChildren(make("table", null,
        make("thead", null, make("tr", null, ...heads)), make("tbody", null, ...body), totals(view, columns)));
      count.textContent = view.rows.length === 0 ? "" : say("of-rows", first + 1, first + rows.length, view.rows.length);
      back.disabled = view.page === 0;
      forth.disabled = first + PAGE >= view.rows.length;
    };
    view.watchers.push(draw);
    draw();
    section.append(make("div", { class: "printed" }));
  };

  /* For paper: no scrolling, so a wide table is continued below itself. */
  const printTables = () => {
    for (const view of views) {
      const place = document.querySelector(`#table-${view.index} .printed`);
      const columns = view.columns();
      const keys = columns.filter((at) => view.table.columns[at].kind === "key").slice(0, 3);
      const others = columns.filter((at) => !keys.includes(at));
      const rows = view.rows.slice(0, PRINTED);
      const parts = [];
      for (let from = 0; from < Math.max(others.length, 1); from += 7) {
        const shown = [...keys, ...others.slice(from, from + 7)];
        parts.push(make("table", null,
          make("thead", null, make("tr", null, ...shown.map((at) =>
            make("th", { class: isRight(view.table.columns[at]) ? "right" : null }, view.table.columns[at].head)))),
          make("tbody", null, ...rows.map((row) => make("tr", null, ...shown.map((at) => cell(view, row, at, false))))),
          totals(view, shown)));
      }
      if (view.rows.length > PRINTED) parts.push(make("p", { class: "note" }, say("printed", PRINTED, view.rows.length)));
      place.replaceChildren(...parts);
    }
  };

  /* Charts. Figures are read as numbers here and only here: a chart shows no more digits than it has dots. */
  Chart.defaults.animation = false;
  Chart.defaults.font.family = ink("sans");
  Chart.defaults.font.size = 12;
  Chart.defaults.color = ink("soft");
  Chart.defaults.borderColor = "#e6e9ed";
  Chart.defaults.maintainAspectRatio = false;
  const charts = [];
  const tick = (value) => {
    const size = Math.abs(value);
    const [big, small] = data.lang === "zh" ? [1e8, 1e4] : [1e6, 1e3];
    const short = (it) => String(Number(it.toPrecision(4)));
    if (size >= big) return `${short(value / big)}${say("hundred-million")}`;
    if (size >= small) return `${short(value / small)}${say("ten-thousand")}`;
    return short(value);
  };
  const picture = (place, title, height) => {
    const canvas = make("canvas", { role: "img", "aria-label": title });
    const room = make("div", null, canvas);
    room.style.height = `${height}px`;
    place.append(room);
    return { canvas, room };
  };
  const keep = (chart) => { charts.push(chart); return chart; };

  const drawBars = (chart, place) => {
    const { canvas } = picture(place, chart.title, 80 + chart.labels.length * 25);
    const sums = chart.labels.map((_, at) => chart.series.reduce((sum, it) => sum + it[2][at], 0) || 1);
    keep(new Chart(canvas, {
      type: "bar",
      data: {
        labels: chart.labels,
        datasets: chart.series.map(([label, name, values]) => ({
          label, counts: values, data: values.map((it, at) => (chart.share ? (100 * it) / sums[at] : it)),
          backgroundColor: TONES[name], barThickness: 15,
        })),
      },
      options: {
        indexAxis: "y",
        scales: {
          x: { stacked: true, max: chart.share ? 100 : undefined, ticks: { precision: 0, callback: (it) => (chart.share ? `${it}%` : it) } },
          y: { stacked: true, grid: { display: false }, ticks: { autoSkip: false } },
        },
        plugins: {
          legend: { position: "top", align: "start", labels: { boxWidth: 14, boxHeight: 10 } },
          tooltip: { callbacks: { label: (item) => ` ${item.dataset.label} ${item.dataset.counts[item.dataIndex]}` } },
        },
      },
    }));
  };

  const number = (it) => (it === null || it === undefined ? null : Number(it));
  const ends = (column, row) => {
    const entry = column.entries[column.cells[row]];
    return entry.length < 4 ? null : [number(entry[2]), number(entry[3])];
  };
  const chooser = (place, label, names, chosen, change) => {
    if (names.length < 2) return null;
    const select = make("select", { "aria-label": label, on: { change: () => change(Number(select.value)) } },
      ...names.map((it, at) => make("option", { value: at, selected: at === chosen }, it)));
    place.append(make("label", null, `${label} `, select));
    return select;
  };

  const drawCourse = (chart, place) => {
    const bar = make("div", { class: "bar" });
    place.append(bar);
    const { canvas } = picture(place, chart.title, 290);
    const any = chart.series.findIndex((it) => it.ends.some(([low]) => low !== null));
    const state = { series: Math.max(any, 0), who: 0 };
    const table = chart.table === null ? null : data.tables[chart.table];
    /* The jurisdictions by their first key, each with its row in each year. */
    const people = [];
    if (table) {
      const found = new Map();
      const id = table.columns.findIndex((it, at) => it.kind === "key" && at !== table.facet);
      for (let row = 0; row < table.rows && found.size <= 500; row += 1) {
        const name = table.columns[id].cells[row];
        if (!found.has(name)) found.set(name, { name: `${text(table, id, row)} ${text(table, id + 1, row)}`, rows: [] });
        found.get(name).rows[table.columns[table.facet].cells[row]] = row;
      }
      if (found.size <= 500) people.push(...found.values());
    }
    /* Where nothing adds up, one jurisdiction is more than none. */
    if (any < 0 && people.length > 0) state.who = 1;
    const values = () => {
      const series = chart.series[state.series];
      const person = people[state.who - 1];
      if (!person) return series.ends.map((it) => it.map(number));
      const column = table.columns[series.column];
      return chart.at.map((_, at) => (person.rows[at] === undefined ? null : ends(column, person.rows[at])) || [null, null]);
    };
    const shown = keep(new Chart(canvas, {
      type: "line",
      data: { labels: chart.at, datasets: [] },
      options: {
        spanGaps: false,
        interaction: { mode: "index", intersect: false },
        scales: {
          x: { title: { display: chart.along !== "", text: chart.along }, grid: { display: false } },
          y: { beginAtZero: true, ticks: { callback: tick }, title: { display: true, text: "" } },
        },
        plugins: { legend: { align: "start", labels: { boxWidth: 16, boxHeight: 2 } } },
      },
    }));
    const draw = () => {
      const all = values();
      const range = all.some(([low, high]) => low !== high);
      const line = (label, end, more) => ({
        label, data: all.map((it) => it[end]), borderColor: COLOURS[0], backgroundColor: "rgba(47, 93, 138, .16)",
        borderWidth: 2, pointRadius: 3, pointBackgroundColor: COLOURS[0], ...more,
      });
      const name = chart.series[state.series].name;
      shown.data.datasets = range
        ? [line(say("high"), 1, { fill: "+1" }), line(say("low"), 0, { borderDash: [5, 3] })]
        : [line(name, 0, {})];
      shown.options.scales.y.title.text = chart.series[state.series].unit;
      shown.update();
    };
    chooser(bar, say("choose-figure"), chart.series.map((it) => it.name), state.series, (at) => { state.series = at; draw(); });
    chooser(bar, "", [say("whole"), ...people.map((it) => it.name)], state.who, (at) => { state.who = at; draw(); });
    draw();
  };

  const drawRanges = (chart, place) => {
    const view = views[chart.table];
    const bar = make("div", { class: "bar" });
    const note = make("p", { class: "note" });
    place.append(bar);
    const { canvas, room } = picture(place, chart.title, 200);
    place.append(note);
    let choice = chart.choices[0];
    const shown = keep(new Chart(canvas, {
      type: "bar",
      data: { labels: [], datasets: [] },
      options: {
        indexAxis: "y",
        scales: {
          x: { beginAtZero: true, ticks: { callback: tick }, title: { display: true, text: "" } },
          y: { grid: { display: false }, ticks: { autoSkip: false } },
        },
        plugins: {
          legend: { align: "start", labels: { usePointStyle: true, boxHeight: 8 } },
          tooltip: { callbacks: { label: (item) => ` ${item.dataset.label} ${item.dataset.texts[item.dataIndex]}` } },
        },
      },
    }));
    const draw = () => {
      const { table } = view;
      const facet = choice.facet === null ? null : table.columns[table.facet].cells;
      const all = view.rows.filter((row) => (facet ? facet[row] === choice.facet : true)
        && choice.columns.some(([at]) => ends(table.columns[at], row)));
      const rows = all.slice(0, DRAWN);
      const keys = table.columns.map((_, at) => at).filter((at) => table.columns[at].kind === "key" && at !== table.facet);
      const label = (row) => text(table, keys[1], row) || text(table, keys[0], row);
      const bars = choice.columns.map(([at, name], index) => ({
        label: name,
        texts: rows.map((row) => text(table, at, row)),
        /* A figure begins at nought, a range where it begins; one without an end is not drawn to one. */
        data: rows.map((row) => {
          const it = ends(table.columns[at], row);
          if (!it) return null;
          return it[0] === it[1] ? [0, it[0]] : [it[0] === null ? 0 : it[0], it[1] === null ? it[0] : it[1]];
        }),
        backgroundColor: `${COLOURS[index % COLOURS.length]}b0`,
        borderColor: COLOURS[index % COLOURS.length],
        pointStyle: "rect",
        borderWidth: { left: 1, right: 1 },
        borderSkipped: false,
        minBarLength: 2,
        barPercentage: .72,
        categoryPercentage: .8,
      }));
      if (choice.points) {
        const [at, name] = choice.points;
        const found = rows.map((row) => (ends(table.columns[at], row) || [null])[0]);
        bars.unshift({
          type: "line", showLine: false, label: name, texts: rows.map((row) => text(table, at, row)), data: found,
          pointStyle: "rectRot", pointRadius: 5, pointBackgroundColor: ink("accent"), pointBorderColor: "#fff",
          borderColor: ink("accent"), backgroundColor: ink("accent"),
        });
      }
      shown.data.labels = rows.map(label);
      shown.data.datasets = bars;
      shown.options.scales.x.title.text = choice.unit;
      room.style.height = `${84 + rows.length * Math.max(19, 11 * choice.columns.length)}px`;
      room.hidden = rows.length === 0;
      note.textContent = all.length > rows.length ? say("shown-rows", rows.length, all.length) : "";
      shown.resize();
      shown.update();
    };
    chooser(bar, say("choose-figure"), chart.choices.map((it) => it.name), 0, (at) => {
      choice = chart.choices[at];
      draw();
    });
    view.watchers.push(draw);
    draw();
  };

  const drawChart = (chart, place) => {
    const box = make("div", { class: "chart", "data-kind": chart.kind }, make("h3", null, chart.title));
    place.append(box);
    ({ bars: drawBars, course: drawCourse, ranges: drawRanges })[chart.kind](chart, box);
  };

  /* Explanations. */
  const tree = (node) => {
    const [line, details, steps, more] = node;
    const inner = steps.map(tree);
    if (more > 0) inner.push(make("li", { class: "tone-unknown" }, say("more-steps", more)));
    return make("li", null, line, ...details.map((it) => make("span", { class: "below" }, it)),
      inner.length > 0 ? make("ul", null, ...inner) : null);
  };
  const dialog = document.getElementById("why");
  const explain = () => {
    const asked = /^#why=(\d+)\.(\d+)\.(\d+)$/.exec(location.hash);
    if (!asked) {
      if (dialog.open) dialog.close();
      return;
    }
    const [index, row, at] = asked.slice(1).map(Number);
    const table = data.tables[index];
    const column = table && table.columns[at];
    if (!column || row >= table.rows) return;
    const keys = table.columns.filter((it) => it.kind === "key").map((it) => it.entries[it.cells[row]][0]).filter(Boolean);
    const entry = column.entries[column.cells[row]];
    const parts = [
      make("button", { type: "button", class: "close", on: { click: () => dialog.close() } }, say("close")),
      make("h2", null, `${keys.join(" ")} \u00b7 ${column.head}`),
      make("p", { class: `answer tone-${tone(entry)}` }, entry[0]),
    ];
    const told = column.why[row];
    const provision = column.provision === null ? null : data.provisions[column.provision];
    if (told !== undefined) {
      parts.push(make("h3", null, say("derivation")), make("ul", { class: "tree" }, tree(data.explanations[told])));
    } else if (provision) {
      parts.push(make("p", { class: "note" }, say("not-told")));
    }
    if (provision) {
      if (told === undefined) {
        // A column that rows are chosen by, such as years, is no jurisdiction's id.
        const id = table.columns.findIndex((it, place) => it.kind === "key" && place !== table.facet);
        parts.push(make("pre", null, `${provision.command}${text(table, id, row)}`));
      }
      parts.push(make("h3", null, say("provision")),
        make("p", null, `${provision.kind} `, make("a", { href: `#provision-${column.provision}` }, provision.name), ` ${provision.title}`));
      for (const source of provision.sources) parts.push(make("p", { class: "source" }, source));
      parts.push(make("pre", null, provision.text));
    }
    dialog.replaceChildren(make("div", null, ...parts));
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
  };
  dialog.addEventListener("close", () => {
    if (location.hash.startsWith("#why=")) history.replaceState(null, "", "#");
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  const follow = () => {
    explain();
    const open = /^#provision-\d+$/.test(location.hash) && document.querySelector(location.hash);
    if (open) {
      open.open = true;
      open.scrollIntoView();
    }
  };

  const views = data.tables.map((table, index) => new View(table, index));
  const overview = document.getElementById("overview");
  for (const chart of data.charts) drawChart(chart, overview);
  for (const view of views) {
    const section = document.getElementById(`table-${view.index}`);
    for (const chart of view.table.charts) drawChart(chart, section);
    drawTable(view);
  }
  addEventListener("beforeprint", () => { printTables(); for (const chart of charts) chart.resize(); });
  addEventListener("afterprint", () => { for (const chart of charts) chart.resize(); });
  addEventListener("hashchange", follow);
  follow();
  document.documentElement.dataset.ready = "yes";
})();
