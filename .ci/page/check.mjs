// Opens the page of a sample ledger in a browser and uses it as a person does: with clicks, with the keyboard, without
// scripts, on paper. Usage: node check.mjs MODULES BROWSER SAMPLE.html LARGE.html [PICTURES]
//
// MODULES is a folder with playwright-core and axe-core. Nothing of what the sample's hostile texts ask for may happen.
import { createRequire } from "node:module";
import { mkdirSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [modules, browserPath, sample, large, pictures] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/node_modules/`).href);
const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");

let wrong = 0;
const check = (told, holds, seen) => {
  if (holds) return console.log(`  ok: ${told}`);
  wrong += 1;
  console.log(`  WRONG: ${told}: ${JSON.stringify(seen)}`);
};
const equal = (told, seen, expected) => check(told, JSON.stringify(seen) === JSON.stringify(expected), { seen, expected });

const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-gpu"] });
const address = (file) => pathToFileURL(file).href;

/** A page that notes everything it says, loads and breaks. */
async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: "light", ...options });
  const page = await context.newPage();
  const noise = [];
  page.on("console", (message) => noise.push(message.text()));
  page.on("pageerror", (error) => noise.push(String(error)));
  page.on("dialog", (dialog) => (noise.push(`dialog ${dialog.message()}`), dialog.dismiss()));
  page.on("request", (request) => request.url() === address(file) || noise.push(`asked for ${request.url()}`));
  await page.goto(address(file));
  return { page, noise, close: () => context.close() };
}

/** The findings that a person sees, a line each. */
const seen = (page) =>
  page.$$eval("details.f", (rows) =>
    rows.filter((row) => row.checkVisibility({ contentVisibilityAuto: false }) && !row.hidden && !row.parentElement.hidden && getComputedStyle(row).display !== "none").map((row) => row.dataset.s + " " + row.parentElement.dataset.r),
  );
const told = (page) => page.textContent("#count");
const states = (list) => [...new Set(list.map((one) => one.split(" ")[0]))].sort();

console.log("the page and its filters");
{
  const { page, noise, close } = await open(sample);
  const all = await seen(page);
  equal("every finding is shown at first", await told(page), `${all.length} of ${all.length} shown`);
  check("the title is ours, not that of a hostile text", (await page.title()) === "Incidents and what became of them", await page.title());
  equal("no hostile text became an element", await page.$$eval("img, iframe, [onerror]", (found) => found.length), 0);

  await page.click("#st-fixed");
  const unfixed = await seen(page);
  check("a click on a state hides its findings", unfixed.length < all.length && !states(unfixed).includes("fixed"), states(unfixed));
  equal("and says how many are left", await told(page), `${unfixed.length} of ${all.length} shown`);

  await page.selectOption("#owner", "=team-payments");
  const payments = await seen(page);
  check("an owner's findings alone", payments.length > 0 && payments.length < unfixed.length, payments.length);
  await page.selectOption("#owner", "=");
  const nobody = await seen(page);
  check("those that nobody owns", nobody.length > 0 && nobody.length < unfixed.length, nobody.length);
  await page.click("#reset");
  await page.selectOption("#place", "=fixed on main, still live");
  const live = await seen(page);
  check("what is fixed on main and still live", live.length > 0 && live.length < all.length, live);
  check("an instance that is still live is open", states(live).every((one) => one === "open"), states(live));
  await page.click("#reset");
  equal("reset shows all again", await seen(page), all);

  await page.click("button.set[data-to='acme/billing']");
  const billing = await seen(page);
  check("a click on a repository in a table shows its findings", billing.length > 0 && billing.every((one) => one.endsWith("acme/billing")), billing);
  equal("and sets the filter", await page.inputValue("#repository"), "=acme/billing");
  check("and leads to the list", await page.evaluate(() => Math.abs(document.querySelector("h3[id^=f]").getBoundingClientRect().top) < 200), await page.evaluate(() => scrollY));
  await page.click("#reset");

  await page.fill("#text", "no such text anywhere");
  await page.waitForFunction(() => document.getElementById("count").textContent.startsWith("0 "));
  check("where nothing passes, the page says so", await page.isVisible(".none"), null);
  await page.fill("#text", "gateway + \"/90");
  await page.waitForFunction(() => !document.getElementById("count").textContent.startsWith("0 "));
  const found = await seen(page);
  check("text is found in code", found.length === 1 && found[0].endsWith("acme/billing"), found);
  check("and its group opens", await page.isVisible("details.f:not([hidden]) > summary"), null);

  await page.click("details.f:not([hidden]) > summary");
  check("a click opens a finding", await page.isVisible("details.f[open] pre"), null);
  const code = await page.textContent("details.f[open] pre");
  check("with its code, the lines around it and their numbers", /^1def handler_90\(order\):\n2 .*\n3 {4}return fetch\(\n4 {8}GATEWAY \+ "\/90",/.test(code), code);
  equal("and the finding marked", await page.$$eval("details.f[open] pre mark", (marks) => marks.map((one) => one.textContent)), ["fetch(", 'GATEWAY + "/90",', "json=order,", ")"]);
  const link = await page.getAttribute("details.f[open] .place a", "href");
  check("and a link to its lines", /^https:\/\/codeberg\.org\/acme\/billing\/src\/commit\/[0-9a-f]{40}\/module_9\.py#L\d+-L\d+$/.test(link), link);
  if (pictures) await page.screenshot({ path: `${pictures}/finding.png` });
  await page.click("#reset");
  equal("nothing was said, loaded or run", noise, []);
  await close();
}

console.log("the keyboard");
{
  const { page, noise, close } = await open(sample);
  const focused = () => page.evaluate(() => { const one = document.activeElement; return one.id || one.className || one.tagName; });
  await page.keyboard.press("Tab");
  equal("the first stop skips to the incidents", await focused(), "skip");
  check("and can be seen", await page.evaluate(() => document.activeElement.getBoundingClientRect().left >= 0), null);
  await page.keyboard.press("/");
  equal("a slash leads to the search", await focused(), "text");
  await page.keyboard.type("module_9");
  await page.waitForFunction(() => document.getElementById("count").textContent.startsWith("2 "));
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.getElementById("count").textContent.startsWith("2 "));
  await page.focus("details.f > summary");
  await page.keyboard.press("Enter");
  check("Enter opens a finding", await page.isVisible("details.f[open] pre"), null);
  await page.keyboard.press("Tab");
  check("and Tab goes into it", await page.evaluate(() => !!document.activeElement.closest("details.f[open]")), await focused());
  await page.focus("#st-open");
  await page.keyboard.press("Space");
  check("Space switches a state", !states(await seen(page)).includes("open"), null);
  const traps = await page.$$eval("a[href],button,input,select,summary,[tabindex]", (found) => found.filter((one) => one.tabIndex > 0 || (one.tabIndex < 0 && !one.disabled)).length);
  equal("no order but that of the page", traps, 0);
  equal("nothing was said, loaded or run", noise, []);
  await close();
}

console.log("without scripts");
{
  const { page, noise, close } = await open(sample, { javaScriptEnabled: false });
  const rows = await page.locator("details.f").count();
  check("every finding is there", rows > 50, rows);
  check("what needs a script is not shown", !(await page.isVisible("#more")), null);
  const open_ = page.locator("details.f[data-s=open]").first();
  check("an open finding can be seen", await open_.isVisible(), null);
  await page.click("#st-open");
  check("and is hidden by its state's box", !(await open_.isVisible()), null);
  await page.click("details.f[data-s=fixed] > summary");
  check("a finding opens", await page.isVisible("details.f[open] pre"), null);
  equal("nothing was said, loaded or run", noise, []);
  await close();
}

console.log("for everybody");
for (const [name, options] of [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["narrow", { viewport: { width: 390, height: 844 } }],
]) {
  // The checker is put in from outside, past the page's policy.
  const { page, close } = await open(sample, { ...options, bypassCSP: true });
  await page.evaluate(() => { for (const one of document.querySelectorAll("details")) one.open = true; });
  await page.addScriptTag({ path: axe });
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
  equal(`${name}: WCAG 2.2 AA`, found.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 120)} ${one.nodes[0].failureSummary?.slice(0, 200)}`), []);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  equal(`${name}: nothing sticks out`, wide, 0);
  if (pictures) {
    mkdirSync(pictures, { recursive: true });
    await page.reload();
    await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
  }
  await close();
}

console.log("on paper");
{
  const { page, close } = await open(sample, { colorScheme: "dark" });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  equal("paper is white", await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  check("the filters stay on the screen", !(await page.isVisible(".filters")), null);
  const pdf = await page.pdf({ format: "A4", printBackground: true, path: pictures && `${pictures}/print.pdf` });
  check("it prints", pdf.length > 20_000, pdf.length);
  await close();
}

console.log("ten thousand findings");
{
  const begun = Date.now();
  const { page, noise, close } = await open(large);
  const loaded = Date.now() - begun;
  equal("all are there", await told(page), "10,000 of 10,000 shown");
  const filter = await page.evaluate(() => {
    const begun = performance.now();
    const box = document.getElementById("st-open");
    box.click();
    document.body.getBoundingClientRect();
    return performance.now() - begun;
  });
  const text = await page.evaluate(async () => {
    const text = document.getElementById("text");
    document.getElementById("reset").click();
    const begun = performance.now();
    text.value = "service-07 part_03";
    text.dispatchEvent(new Event("input"));
    while (document.getElementById("count").textContent.startsWith("10,000")) await new Promise(requestAnimationFrame);
    return performance.now() - begun;
  });
  equal("a search narrows them", await told(page), "10 of 10,000 shown");
  check("and opens the group", await page.isVisible("details.f:not([hidden]) > summary"), null);
  await page.click("details.f:not([hidden]) > summary");
  check("a finding opens", await page.isVisible("details.f[open] pre"), null);
  const size = statSync(large).size;
  console.log(`  ${(size / 1e6).toFixed(1)} MB: shown in ${loaded} ms, a state switched in ${filter.toFixed(0)} ms, the first search in ${text.toFixed(0)} ms`);
  // Far above what it takes: a page that became quadratic fails, a busy machine does not.
  check("it is usable", loaded < 60_000 && filter < 20_000 && text < 20_000, { loaded, filter, text });
  equal("nothing was said, loaded or run", noise, []);
  await close();
}

await browser.close();
console.log(wrong === 0 ? "the page holds" : `${wrong} wrong`);
process.exit(wrong === 0 ? 0 : 1);
