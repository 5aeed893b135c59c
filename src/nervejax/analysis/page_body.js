// Moves the limb, the numbers beside it and the line in every time figure to one moment.
"use strict";
(() => {
  const live = document.getElementById("live");
  if (!live) { document.body.dataset.ready = "no limb"; return; }
  const data = JSON.parse(document.getElementById("course").textContent);
  const find = (selector) => [...live.querySelectorAll(selector)];
  const bands = find(".band"), specks = live.querySelector(".specks");
  const press = live.querySelector(".press"), slider = document.getElementById("moment");
  const button = document.getElementById("play"), state = document.getElementById("state");
  const count = data.pressure_mmHg.length, wide = data.places.length;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const PLAY_S = 30, TWINKLE_MS = 220;
  let now = 0, timer = 0;

  const minute = (i) => data.start_min + (i + 0.5) * data.step_min;
  const clamp = (i) => Math.min(count - 1, Math.max(0, i));
  const moment = (min) => clamp(Math.round((min - data.start_min) / data.step_min - 0.5));
  const channel = (hex, i) => parseInt(hex.slice(2 * i + 1, 2 * i + 3), 16);
  const mixed = (percent) => percent < 0 ? data.unknown : "rgb(" + [0, 1, 2].map((i) =>
    Math.round(channel(data.feeling, i)
      + (channel(data.numb, i) - channel(data.feeling, i)) * percent / 100)) + ")";
  const shown = (value, unit) => value < 0 ? "–"
    : unit === "index" ? (value / 100).toFixed(2) : value + "\u00a0" + unit;

  function strew(i) {
    const marks = [];
    for (const [name, counts] of Object.entries(data.specks)) {
      for (let b = 0; b < wide; b++) {
        for (let k = 0; k < counts[i * wide + b]; k++) {
          const places = data.places[b];
          const at = still.matches ? k : Math.floor(Math.random() * places.length / 2);
          marks.push(`<path fill="${data.colours[name]}" d="${data.shapes[name]}" transform="`
            + `translate(${places[2 * at]} ${places[2 * at + 1]})"/>`);
        }
      }
    }
    specks.innerHTML = marks.join("");
  }

  function phase(min) {
    if (!data.peak_mmHg) return "no pressure";
    return min < 0 ? "before pressure" : min < data.compression_min ? "under pressure" : "after release";
  }

  function show(i) {
    now = clamp(i);
    const min = minute(now), at = (name) => data.rows[name].values[now];
    bands.forEach((band, b) => band.setAttribute("fill", mixed(data.numbness[now * wide + b])));
    press.setAttribute("opacity", data.peak_mmHg ? data.pressure_mmHg[now] / data.peak_mmHg : 0);
    strew(now);
    for (const [name, row] of Object.entries(data.rows)) {
      const cells = live.querySelector(`[data-row="${name}"]`);
      cells.querySelector("i").style.width = 100 * Math.max(0, at(name)) / row.full + "%";
      cells.querySelector(".value").textContent = shown(at(name), row.unit);
    }
    slider.value = min;
    const time = `${min.toFixed(1)} min, ${phase(min)}`;
    slider.setAttribute("aria-valuetext", time);
    state.textContent = time + ": " + Object.entries(data.rows)
      .map(([name, row]) => `${row.label} ${shown(at(name), row.unit)}`).join(", ");
    document.querySelector("#live .clock").textContent = time;
    for (const line of document.querySelectorAll(".cursor")) {
      const [left, right] = line.parentElement.dataset.span.split(" ").map(Number);
      const along = (min - data.start_min) / (count * data.step_min);
      line.style.left = 100 * (left + along * (right - left)) + "%";
    }
  }

  function stop() {
    cancelAnimationFrame(timer);
    timer = 0;
    button.textContent = "▶ Play";
    state.setAttribute("aria-live", "polite");
  }

  function play() {
    const from = now >= count - 1 ? 0 : now, started = performance.now();
    button.textContent = "⏸ Pause";
    state.setAttribute("aria-live", "off");
    const step = (clock) => {
      // the first frame may have begun before the button was pressed
      const passed_s = Math.max(0, clock - started) / 1000;
      const i = from + Math.floor(passed_s * count / PLAY_S);
      if (i !== now) show(i);
      if (now >= count - 1) stop(); else timer = requestAnimationFrame(step);
    };
    timer = requestAnimationFrame(step);
  }

  function follow() {
    const asked = /t=(-?[\d.]+)/.exec(location.hash);
    if (asked) { stop(); show(moment(Number(asked[1]))); }
    return Boolean(asked);
  }

  for (const frame of document.querySelectorAll("[data-span]")) {
    frame.append(Object.assign(document.createElement("i"), { className: "cursor" }));
    frame.addEventListener("click", (event) => {
      const [left, right] = frame.dataset.span.split(" ").map(Number);
      const box = frame.getBoundingClientRect();
      const along = ((event.clientX - box.left) / box.width - left) / (right - left);
      if (along >= 0 && along <= 1) { stop(); show(Math.floor(along * count)); }
    });
  }
  live.hidden = false;
  slider.addEventListener("input", () => { stop(); show(moment(Number(slider.value))); });
  button.addEventListener("click", () => timer ? stop() : play());
  addEventListener("hashchange", follow);
  setInterval(() => { if (!still.matches && !document.hidden) strew(now); }, TWINKLE_MS);
  stop();
  if (!follow()) show(data.first);
  document.body.dataset.ready = "yes";
})();
