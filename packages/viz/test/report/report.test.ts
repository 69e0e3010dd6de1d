import { ConfigError } from "@latentkit/core";
import { decodePng, environmentFacts, imageGrid, lineChart, type Report, reportHtml } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const nasty = `</script><img src="https://evil.example/x.png" onerror='alert(1)'>&`;
const history = [1, 2, 3].map((step) => ({
  ...{ step, epoch: 0, "vae/loss": 100 / step, "vae/kl": step, learningRate: 1e-3 },
  ...(step === 3 ? { "validation/vae/loss": 40, 'odd,"name"': 1 } : {}),
}));

const full = async (): Promise<Report> => ({
  ...{ title: `Run ${nasty}`, lead: nasty, notices: [nasty], lossUnit: nasty, history },
  facts: { [nasty]: { [nasty]: nasty, flag: true }, Environment: environmentFacts() },
  metrics: [
    { name: nasty, value: nasty, unit: nasty, note: nasty, headline: true },
    { name: "ELBO", value: -105.312, standardError: 0.4123, unit: "nats", headline: true },
  ],
  figures: [
    { title: nasty, content: await imageGrid(tf.fill([4, 8, 8, 1], 0.5)), alt: nasty, caption: nasty },
    {
      title: "Chart",
      content: lineChart({ series: [{ name: nasty, x: [1, 2], y: [1, 2] }], title: nasty }),
      alt: nasty,
    },
  ],
});

/** Values of an attribute in the order of the document. */
const attributes = (html: string, name: string): string[] =>
  [...html.matchAll(new RegExp(`<[a-z][^>]*? ${name}="([^"]*)"`, "g"))].map(([, value]) => value!);
const decode = (url: string): Buffer => Buffer.from(url.split(",")[1]!, "base64");

describe("reportHtml", () => {
  it("refers to nothing outside itself and runs nothing", async () => {
    const html = reportHtml(await full());
    // Markup, without the texts between tags: what a text looks like does not matter.
    const markup = [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag).join("\n");
    expect(markup).not.toMatch(/<(script|link|iframe|object|embed|base|form)\b/i);
    // Names of attributes: values, which may hold anything, taken out.
    expect(markup.replace(/"[^"]*"/g, "")).not.toMatch(/\son\w+/i);
    for (const name of ["src", "href", "srcset", "action", "poster", "xlink:href"]) {
      for (const value of attributes(html, name)) expect(value).toMatch(/^(data:|#)/);
    }
    const style = html.match(/<style>([\s\S]*?)<\/style>/)![1]!;
    expect(style).not.toMatch(/url\(|@import|http/);
    expect(html).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`);
    // The only addresses are names of XML.
    expect(html.match(/https?:\/\/[^\s"'<&]+/g)!.filter((url) => !/w3\.org|evil\.example/.test(url))).toEqual([]);
    expect(html).not.toContain('<img src="https://evil.example');
  });

  it("escapes every text that it is given", async () => {
    const html = reportHtml(await full());
    expect(html).not.toContain(nasty);
    expect(html.split("&lt;img src=&quot;https://evil.example").length).toBeGreaterThan(12);
    expect(html.match(/<h1>.*?<\/h1>/)![0]).toBe(
      "<h1>Run &lt;/script&gt;&lt;img src=&quot;https://evil.example/x.png&quot; onerror=&#39;alert(1)&#39;&gt;&amp;</h1>",
    );
  });

  it("holds pictures that decode, with their sizes and texts", async () => {
    const report = await full();
    const html = reportHtml(report);
    const [source] = attributes(html, "src");
    expect(decodePng(decode(source!))).toEqual(report.figures![0]!.content);
    expect(html).toMatch(/<img [^>]*width="38" height="38" alt="&lt;/);
    const images = html.match(/<img /g)!.length;
    expect(html.match(/<img [^>]*alt="[^"]+"/g)!.length).toBe(images);
    expect(html).toMatch(/<div class="chart" role="img" aria-label="[^"]+"><svg/);
  });

  it("offers the history as JSON and CSV that hold all of it", () => {
    const html = reportHtml({ title: "Run", history });
    const links = attributes(html, "href").filter((href) => href.startsWith("data:"));
    expect(links.map((link) => link.split(";")[0])).toEqual(["data:application/json", "data:text/csv"]);
    expect(JSON.parse(decode(links[0]!).toString())).toEqual(history);
    expect(decode(links[1]!).toString().split("\n")).toEqual([
      'step,epoch,vae/loss,vae/kl,learningRate,validation/vae/loss,"odd,""name"""',
      "1,0,100,1,0.001,,",
      "2,0,50,2,0.001,,",
      "3,0,33.333333333333336,3,0.001,40,1",
      "",
    ]);
  });

  it("draws values of an objective together where their sizes allow it", () => {
    const html = reportHtml({ title: "Run", history, lossUnit: "nats" });
    // The loss ends at 40 and KL at 3: on one axis, one of them would be a flat line.
    expect([...html.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, title]) => title)).toEqual([
      ...["vae: loss", "vae: kl", "learningRate", "odd,&quot;name&quot;"],
    ]);
    expect(html).toContain("Dashed: on the validation data.");
    expect(html).toContain("var(--lk-series-0,");
    const steps = [1, 2, 3, 4].map((step) => ({
      step,
      "gan/real": 0.6,
      "gan/fake": 0.4,
      "gan/tiny": 1e-4 / step ** 3,
    }));
    const together = reportHtml({ title: "Run", history: steps });
    expect([...together.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, title]) => title)).toEqual([
      "gan: real, fake",
      "gan: tiny",
    ]);
    expect(together.match(/The vertical axis is logarithmic/g)!.length).toBe(1);
  });

  it("has an outline, a language, and only the sections that have something in them", async () => {
    const html = reportHtml(await full());
    expect(html.startsWith('<!doctype html><html lang="en">')).toBe(true);
    expect(html.match(/<h1/g)!.length).toBe(1);
    const ids = [...html.matchAll(/<section id="(\w+)" aria-labelledby="(\w+-title)"/g)];
    expect(ids.map(([, id]) => id)).toEqual(["metrics", "curves", "pictures", "run", "history"]);
    for (const [, , label] of ids) expect(html).toContain(`<h2 id="${label}">`);
    const all = attributes(html, "id");
    expect(new Set(all).size).toBe(all.length);
    const bare = reportHtml({ title: "Only this" });
    expect(bare).not.toMatch(/<section|<nav|<dl/);
    expect(html).toContain("−105.31 <small>± 0.41</small> <small>nats</small>");
    const rounded = { name: "n", value: -145, standardError: 1.43 };
    expect(reportHtml({ title: "a", metrics: [rounded] })).toContain('−145.0 <span class="soft">± 1.4</span>');
  });

  it("has equal numbers of opening and closing tags", async () => {
    const html = reportHtml(await full());
    const empty = new Set(["meta", "img", "circle", "rect"]);
    const open: string[] = [];
    for (const [, closing, name, alone] of html
      .replace(/<style>[\s\S]*?<\/style>/, "")
      .matchAll(/<(\/?)([a-zA-Z][\w]*)[^>]*?(\/?)>/g)) {
      if (closing) expect(open.pop()).toBe(name);
      else if (!alone && !empty.has(name!)) open.push(name!);
    }
    expect(open).toEqual([]);
  });

  it("refuses an empty title and unknown parts", () => {
    expect(() => reportHtml({ title: " " })).toThrow(ConfigError);
    expect(() => reportHtml({ title: "a", images: [] } as never)).toThrow(/unknown option `images`/);
  });
});
