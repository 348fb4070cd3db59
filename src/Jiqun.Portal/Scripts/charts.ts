import { BarChart, ScatterChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TitleComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsCoreOption } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, ScatterChart, GridComponent, MarkLineComponent, TitleComponent, TooltipComponent, SVGRenderer]);

/** A row of the table that is drawn. */
interface Point {
  readonly row: HTMLTableRowElement;
  readonly name: string;
  readonly values: readonly number[];
  readonly isMarked: boolean;
}

interface Colours {
  readonly ink: string;
  readonly paper: string;
  readonly lines: string;
  readonly fill: string;
  readonly mark: string;
}

const onPaper: Colours = { ink: "#212529", paper: "#ffffff", lines: "#ced4da", fill: "#0a4d8c", mark: "#b3541e" };
const forced = matchMedia("(forced-colors: active)");

/** The system's colours where the reader wants those: a drawing does not take them by itself. */
function coloursOf(place: HTMLElement): Colours {
  if (!forced.matches) return onPaper;
  const resolved = (name: string) => {
    place.style.color = name;
    const colour = getComputedStyle(place).color;
    place.style.color = "";
    return colour;
  };
  return { ink: resolved("CanvasText"), paper: resolved("Canvas"), lines: resolved("GrayText"), fill: resolved("LinkText"), mark: resolved("Highlight") };
}

/** Wide enough for a document, whatever the screen is. */
const pictureWidth = 960;

/** Round figures between two logarithms, as logarithms: 1, 2 and 5 times each power of ten, or closer where that gives too few. */
function roundFigures(from: number, to: number): number[] {
  const within = (digits: number[]) => {
    const ticks: number[] = [];
    for (let power = Math.floor(from); power <= to; power++) for (const digit of digits) ticks.push(power + Math.log10(digit));
    return ticks.filter((t) => t >= from && t <= to);
  };
  const few = within([1, 2, 5]);
  return few.length > 2 ? few : within([1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8]);
}

/** The colour of bars on white paper, from none (0) to all of it (1). Mixed, not transparent: what is written on it would be so, too. */
const shaded = (part: number) => `rgb(${[10, 77, 140].map((c) => Math.round(255 + part * (c - 255))).join(",")})`;

const written = (value: number) => String(Number(value.toPrecision(4)));

function startChart(chart: HTMLElement): void {
  const kind = chart.dataset["chart"]!;
  const table = document.querySelector<HTMLTableElement>(".chart-table")!;
  const area = chart.querySelector<HTMLElement>(".chart-area")!;
  const drawing = chart.querySelector<HTMLElement>(".chart-drawing")!;
  const spoken = chart.querySelector<HTMLElement>(".chart-point")!;
  const axes = [...table.querySelectorAll("th[data-axis]")].map((th) => th.textContent!);
  const points: Point[] = [...table.querySelectorAll<HTMLTableRowElement>("tr[data-point]")].map((row) => ({
    row,
    name: row.querySelector("[data-name]")!.textContent!,
    values: [...row.querySelectorAll("data")].map((d) => Number(d.value)),
    isMarked: row.getAttribute("aria-current") === "true",
  }));
  const place = (point: Point) => [Number(point.row.dataset["column"]), Number(point.row.dataset["row"])] as const;
  if (kind === "map") points.sort((a, b) => place(a)[1] - place(b)[1] || place(a)[0] - place(b)[0]);
  if (points.length === 0) return;                 // the table says that nothing is known

  /** The point in words, as its row says them. */
  const describe = (point: Point) => [point.name, ...[...point.row.querySelectorAll("td")].map((td) => `${td.dataset["label"]} ${td.textContent!.trim()}`)];

  const heightAt = (width: number) => {
    if (kind === "bars") return 56 + 26 * points.length;
    if (kind === "map") return Math.round((Math.min(width, 620) / 7) * 8);
    return kind === "scatter" ? Math.min(520, Math.max(320, width * 0.6)) : 280;
  };

  function optionAt(width: number, colours: Colours, title: string | null): EChartsCoreOption {
    const text = { color: colours.ink, fontFamily: getComputedStyle(document.body).fontFamily.replaceAll('"', "'") };             // it stands in an attribute of the picture as it is
    const axis = { axisLabel: { color: colours.ink }, nameTextStyle: { color: colours.ink }, axisLine: { lineStyle: { color: colours.ink } }, splitLine: { lineStyle: { color: colours.lines } } };
    const top = title === null ? 12 : 64;
    const colourOf = (point: Point) => (point.isMarked ? colours.mark : colours.fill);
    const lit = { itemStyle: { borderColor: colours.ink, borderWidth: 2 } };
    const all = {
      animation: false,                  // nothing is told by motion
      backgroundColor: title === null ? "transparent" : colours.paper,
      textStyle: text,
      ...(title === null ? {} : { title: { text: title, subtext: chart.dataset["round"], left: 12, top: 10, textStyle: { ...text, fontSize: 16, width: width - 24, overflow: "break" }, subtextStyle: text } }),
      // drawn, not written as HTML: its styles would be against the policy
      tooltip: { renderMode: "richText", confine: true, formatter: (p: { dataIndex: number }) => describe(points[p.dataIndex]!).join("\n"), backgroundColor: colours.paper, borderColor: colours.ink, textStyle: { color: colours.ink } },
    };

    if (kind === "bars")
      return {
        ...all,
        grid: { left: 8, right: 72, top, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
        xAxis: { type: "value", ...axis, axisLabel: { ...axis.axisLabel, hideOverlap: true }, splitNumber: width < 500 ? 2 : 5 },
        yAxis: { type: "category", inverse: true, data: points.map((p) => p.name), ...axis, axisLabel: { color: colours.ink, width: width * 0.36, overflow: "truncate", interval: 0 }, axisTick: { show: false } },
        series: [{ type: "bar", barMaxWidth: 16, label: { show: true, position: "right", color: colours.ink, formatter: (p: { dataIndex: number }) => written(points[p.dataIndex]!.values[0]!) }, emphasis: lit, data: points.map((p) => ({ value: p.values[0]!, itemStyle: { color: colourOf(p) } })) }],
      };

    if (kind === "scatter") {
      const largest = Math.max(...points.map((p) => p.values[2] ?? 0));
      const sizeOf = (p: Point) => (p.values[2] === undefined ? 12 : largest > 0 ? 6 + 30 * Math.sqrt(Math.max(0, p.values[2]) / largest) : 6);
      return {
        ...all,
        grid: { left: 20, right: 24, top: top + 20, bottom: 28, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
        xAxis: { type: "value", scale: true, name: axes[0], nameLocation: "middle", nameGap: 28, ...axis, axisLabel: { ...axis.axisLabel, hideOverlap: true } },
        yAxis: { type: "value", scale: true, name: axes[1], nameLocation: "end", ...axis, nameTextStyle: { color: colours.ink, align: "left" } },
        series: [{ type: "scatter", emphasis: lit, data: points.map((p) => ({ value: p.values.slice(0, 2), symbolSize: sizeOf(p), itemStyle: { color: colourOf(p), opacity: p.isMarked ? 1 : 0.65 } })) }],
      };
    }

    if (kind === "distribution") {
      const logs = points.map((p) => Math.log10(p.values[0]!));
      const heights = points.map((p) => Number(p.row.dataset["height"]));
      const [from, to] = [Math.min(...logs) - 0.15, Math.max(...logs) + 0.15];
      const size = Math.max(2, Math.min(14, (width - 60) / 46, (280 - top - 70) / (Math.max(...heights) + 1)));
      const ticks = roundFigures(from, to);
      const labels = { customValues: width < 500 && ticks.length > 5 ? ticks.filter((t) => Math.abs(t - Math.round(t)) < 1e-9) : ticks };
      const marked = points.findIndex((p) => p.isMarked);
      return {
        ...all,
        grid: { left: 16, right: 16, top: top + 24, bottom: 52 },
        xAxis: { type: "value", min: from, max: to, name: axes[0], nameLocation: "middle", nameGap: 28, ...axis, splitLine: { show: false }, axisTick: labels, axisLabel: { ...labels, color: colours.ink, formatter: (log: number) => written(10 ** log) } },
        yAxis: { type: "value", min: -0.6, max: Math.max(Math.max(...heights) + 1, (280 - top - 76) / size), show: false },
        series: [
          {
            type: "scatter",
            symbolSize: size,
            emphasis: lit,
            data: points.map((p, i) => ({ value: [logs[i]!, heights[i]!], itemStyle: { color: colourOf(p), opacity: 1 } })),
            markLine: {
              silent: true,
              symbol: "none",
              precision: 12,               // or it is drawn beside the dot
              data: [
                { xAxis: Math.log10(Number(chart.dataset["median"])), lineStyle: { color: colours.ink, type: "dashed" }, label: { formatter: `${chart.dataset["medianName"]} ${written(Number(chart.dataset["median"]))}`, color: colours.ink } },
                ...(marked < 0 ? [] : [{ xAxis: logs[marked]!, lineStyle: { color: colours.mark, type: "solid" }, label: { show: false } }]),
              ],
            },
          },
        ],
      };
    }

    const side = Math.min(width, 620) / 7;
    const largest = Math.max(...points.map((p) => p.values[0] ?? 0));
    const shade = (p: Point) => (p.values[0] === undefined || p.values[0] <= 0 || largest <= 0 ? 0 : 0.15 + 0.85 * (p.values[0] / largest));
    return {
      ...all,
      grid: { left: 0, top: title === null ? 0 : top, width: side * 7, height: side * 8 },
      xAxis: { type: "value", min: -0.5, max: 6.5, show: false },
      yAxis: { type: "value", inverse: true, min: -0.5, max: 7.5, show: false },
      series: [
        {
          type: "scatter",
          symbol: "rect",
          symbolSize: side - 4,
          emphasis: { ...lit, scale: false },
          data: points.map((p) => ({
            value: [...place(p)],
            itemStyle: forced.matches || shade(p) === 0 ? { color: colours.paper, borderColor: colours.lines, borderWidth: 1, opacity: 1 } : { color: shaded(shade(p)), opacity: 1 },
            label: { show: true, color: forced.matches ? colours.ink : shade(p) > 0.75 ? "#ffffff" : "#000000", fontSize: side < 64 ? 11 : 13, lineHeight: side < 64 ? 14 : 18, formatter: `${p.name}\n${p.values[0] === undefined ? "—" : written(p.values[0])}` },
          })),
        },
      ],
    };
  }

  chart.hidden = false;
  document.querySelector<HTMLElement>(".chart-off")!.hidden = true;
  const width = () => Math.max(240, area.clientWidth - 4);
  drawing.style.height = `${heightAt(width())}px`;
  const drawn = init(drawing, null, { renderer: "svg" });
  let current = -1;

  const draw = () => {
    drawing.style.height = `${heightAt(width())}px`;
    drawn.resize();
    drawn.setOption(optionAt(width(), coloursOf(drawing), null), { notMerge: true });
    show();
  };

  const show = () => {
    drawn.dispatchAction({ type: "downplay", seriesIndex: 0 });
    if (current < 0) {
      drawn.dispatchAction({ type: "hideTip" });
      spoken.textContent = "";
      return;
    }
    drawn.dispatchAction({ type: "highlight", seriesIndex: 0, dataIndex: current });
    drawn.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: current });
    spoken.textContent = describe(points[current]!).join(document.documentElement.lang.startsWith("zh") ? "，" : ", ");
  };

  /** The nearest square in the next row that has one; one further in every other chart. */
  const below = (step: 1 | -1) => {
    const from = points[current];
    if (kind !== "map" || from === undefined) return current + step;
    const next = points.filter((p) => (place(p)[1] - place(from)[1]) * step > 0);
    const row = Math.min(...next.map((p) => Math.abs(place(p)[1] - place(from)[1])));
    const near = next.filter((p) => Math.abs(place(p)[1] - place(from)[1]) === row).sort((a, b) => Math.abs(place(a)[0] - place(from)[0]) - Math.abs(place(b)[0] - place(from)[0]));
    return near[0] === undefined ? current : points.indexOf(near[0]);
  };

  area.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const moves: Record<string, () => number> = { ArrowRight: () => current + 1, ArrowLeft: () => current - 1, ArrowDown: () => below(1), ArrowUp: () => below(-1), Home: () => 0, End: () => points.length - 1 };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      current = current < 0 ? (event.key === "End" ? points.length - 1 : 0) : Math.min(points.length - 1, Math.max(0, move()));
      show();
    } else if (event.key === "Enter") {
      points[current]?.row.querySelector("a")?.click();
    } else if (event.key === "Escape") {
      chart.querySelector<HTMLElement>("[data-download]")!.focus();
    }
  });
  area.addEventListener("blur", () => {
    current = -1;
    show();
  });

  function svg(): { text: string; height: number } {
    const height = heightAt(pictureWidth) + 64;
    const picture = init(null, null, { renderer: "svg", ssr: true, width: pictureWidth, height });
    picture.setOption(optionAt(pictureWidth, onPaper, chart.dataset["title"]!));
    const text = picture.renderToSVGString();
    picture.dispose();
    return { text, height };
  }

  async function png(): Promise<Blob> {
    const { text, height } = svg();
    const image = new Image(pictureWidth, height);
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * pictureWidth, 2 * height];
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done, failed) => canvas.toBlob((blob) => (blob === null ? failed(new Error("no picture")) : done(blob)), "image/png"));
  }

  for (const button of chart.querySelectorAll<HTMLElement>("[data-download]"))
    button.addEventListener("click", async () => {
      const ending = button.dataset["download"]!;
      const blob = ending === "png" ? await png() : new Blob([svg().text], { type: "image/svg+xml" });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${chart.dataset["title"]!.replace(/[\\/:*?"<>|]/g, "_").slice(0, 80)}.${ending}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    });

  draw();
  let last = width();
  new ResizeObserver(() => {
    if (width() === last) return;                 // the height is our own doing
    last = width();
    draw();
  }).observe(area);
  forced.addEventListener("change", draw);
}

for (const chart of document.querySelectorAll<HTMLElement>("[data-chart]")) startChart(chart);
