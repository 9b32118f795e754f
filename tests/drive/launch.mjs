// A browser with one page that may read files and nothing else.

import puppeteer from "puppeteer-core";

const LOCAL = /^(file|data|blob|about):/;
const NOWHERE = { host: "127.0.0.1", port: 49151 }; // a proxy that is not there

const FLAGS = {
  chrome: [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update",
    "--no-first-run", "--window-size=1280,1000",
    `--proxy-server=${NOWHERE.host}:${NOWHERE.port}`, "--proxy-bypass-list=<-loopback>",
  ],
  firefox: ["--width=1280", "--height=1000"],
};

const PREFERENCES = {
  "network.proxy.type": 1,
  "network.proxy.http": NOWHERE.host,
  "network.proxy.http_port": NOWHERE.port,
  "network.proxy.ssl": NOWHERE.host,
  "network.proxy.ssl_port": NOWHERE.port,
  "network.proxy.allow_hijacking_localhost": true,
  // A picture asked for over http would be asked for over https instead, and reported as neither.
  "security.mixed_content.upgrade_display_content": false,
};

/**
 * Start "chrome" or "firefox" from `executable`: {browser, page, asked, said}. `asked` holds every
 * address that the page asked for outside its own files, each refused; `said` holds its warnings
 * and errors.
 */
export async function launch(name, executable) {
  const browser = await puppeteer.launch({
    browser: name,
    executablePath: executable,
    headless: true,
    // Firefox 140 does not know all that a viewport of puppeteer's would set.
    defaultViewport: null,
    args: FLAGS[name],
    extraPrefsFirefox: PREFERENCES,
  });
  const page = await browser.newPage();
  const said = listen(page);
  const asked = await refuse(page);
  return { browser, page, asked, said };
}

function listen(page) {
  const said = [];
  page.on("console", (message) => {
    if (["warn", "warning", "error"].includes(message.type())) said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(String(error)));
  return said;
}

async function refuse(page) {
  const asked = [];
  await page.setRequestInterception(true);
  page.on("request", async (request) => {
    if (LOCAL.test(request.url())) return request.continue();
    asked.push(request.url());
    return request.abort();
  });
  return asked;
}
