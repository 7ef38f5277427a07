// Everything that a page talks to, as processes of its own: loopback, server, bridge, and a browser.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const root = resolve(import.meta.dirname, "../../../..");
const launcher = process.env.SIDEBAND_LAUNCHER ?? join(root, "sideband");
const console_ = resolve(
  import.meta.dirname,
  "../../../target/classes/console",
);
/** The built module, and the npm package with it. */
export const MODULE = join(console_, "sideband-web.js");
export const PACKAGE = join(console_, "sideband-web.tgz");

/** What the loopback's models cost, for a server that is to tell costs. */
export const PRICES = join(root, "docs/examples/prices.yaml");

/** A recording with one turn of speech in it. */
export const HELLO = join(
  root,
  "client-cli/src/main/resources/dev/sideband/cli/call/hello.wav",
);

/** A process that says in one line of JSON that it is ready, and ends when this one does. */
class Process {
  static async start(command, args, env = {}) {
    const process_ = new Process();
    process_.child = spawn(
      launcher,
      [command, ...args, "--json", "--until-stdin-closes"],
      {
        stdio: ["pipe", "pipe", "pipe"],
        env: { ...process.env, ...env },
      },
    );
    process_.ended = new Promise((done) => process_.child.once("exit", done));
    process_.errors = "";
    process_.child.stderr.on("data", (text) => (process_.errors += text));
    process_.ready = await process_.firstLine(command);
    return process_;
  }

  async firstLine(command) {
    for await (const line of createInterface({ input: this.child.stdout })) {
      this.child.stdout.resume();
      return JSON.parse(line);
    }
    throw new Error(`${command} ended before it was ready:\n${this.errors}`);
  }

  /** As a crash would. */
  async kill() {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  async close() {
    this.child.stdin.end();
    await this.ended;
  }
}

/** A loopback, a server that a test may kill and start again, and a bridge. */
export class Stack {
  /** `loopback` and `bridge` are options of theirs, `settings` the server's `key=value`. */
  static async start({ loopback = [], settings = [], bridge = [] } = {}) {
    const stack = new Stack();
    try {
      await stack.startAll(loopback, settings, bridge);
      return stack;
    } catch (failure) {
      await stack.close();
      throw failure;
    }
  }

  async startAll(loopback, settings, bridge) {
    this.bridgeOptions = bridge;
    this.folder = mkdtempSync(join(tmpdir(), "sideband-web-"));
    this.settings = settings;
    this.loopback = await Process.start("loopback", loopback);
    this.port = "0";
    await this.startServer();
    this.port = this.server.ready.address.split(":").at(-1);
    await this.startBridge("0");
    this.url = this.bridge.ready.url;
  }

  async startServer() {
    const settings = [
      ...this.settings,
      `openai.base-url=${this.loopback.ready.base_uri}`,
      "openai.api-key-env=SIDEBAND_LOOPBACK_KEY",
    ];
    this.server = await Process.start(
      "serve",
      [
        ...[
          "--no-console",
          "--port",
          this.port,
          "--data",
          join(this.folder, "log"),
          "--provider",
          "openai",
        ],
        ...settings.flatMap((setting) => ["--set", setting]),
      ],
      { SIDEBAND_LOOPBACK_KEY: "any" },
    );
  }

  async stopBridge() {
    await this.bridge.close();
  }

  /** On the same port again: pages that are open find it. */
  async startBridge(port = new URL(this.url).port) {
    const options = [
      "--port",
      port,
      "--server",
      this.server.ready.address,
      ...this.bridgeOptions,
    ];
    this.bridge = await Process.start("bridge", options);
  }

  /** The same, seen through one bridge more, which who asks for it stops in the end. */
  async withBridge(options) {
    const beside = Object.assign(new Stack(), this, { bridgeOptions: options });
    await beside.startBridge("0");
    beside.url = beside.bridge.ready.url;
    return beside;
  }

  /** sideband-web in this process: a client that is no page. */
  async client() {
    const { Sideband } = await import(MODULE);
    return new Sideband({ baseUrl: this.url, pageToken: "", iceServers: [] });
  }

  async close() {
    for (const process_ of [this.bridge, this.server, this.loopback]) {
      await process_?.close();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
];

/**
 * Chromium, with a fake microphone that beeps, or says `recording` once. Pages may use it; where the browser `asks`,
 * only those that a test allows it.
 */
export function launchBrowser(recording, { asks = false } = {}) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      ...FLAGS,
      ...(asks ? [] : ["--use-fake-ui-for-media-stream"]),
      ...(recording
        ? [`--use-file-for-fake-audio-capture=${recording}%noloop`]
        : []),
    ],
  });
}

/** In a page: a microphone in a silent room, and a mouth that is closed. */
function silenceMicrophone() {
  navigator.mediaDevices.getUserMedia = async () => {
    const context = new AudioContext();
    const tone = new OscillatorNode(context, { frequency: 300 });
    globalThis.mouth = new GainNode(context, { gain: 0 });
    const microphone = context.createMediaStreamDestination();
    tone.connect(globalThis.mouth).connect(microphone);
    tone.start();
    return microphone.stream;
  };
}

/**
 * A page of one's own in which nobody speaks, but who is told to: speech that is still on its way would cut an answer
 * off.
 */
export async function openSilentPage(browser, url, options) {
  const page = await openPage(browser, "about:blank", options);
  await page.addInitScript(silenceMicrophone);
  await page.goto(url);
  return page;
}

/**
 * A page of one's own. What it logs as an error, and what it throws, stands in its `troubles`; whom it asked for
 * anything, in its `asked`.
 */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1360, height: 860 },
    ...options,
  });
  const page = await context.newPage();
  page.troubles = [];
  page.asked = new Set();
  context.on("request", (request) => page.asked.add(originOf(request.url())));
  page.on("websocket", (socket) => page.asked.add(originOf(socket.url())));
  page.on("pageerror", (error) => page.troubles.push(String(error.stack)));
  page.on("console", (message) => {
    // A server that is away is logged by the browser itself, for each request.
    if (
      message.type() === "error" &&
      !/Failed to load resource|net::ERR/.test(message.text())
    ) {
      page.troubles.push(message.text());
    }
  });
  page.setDefaultTimeout(60_000);
  await page.goto(url);
  return page;
}

/** Of a blob, the origin of the page that made it. */
const originOf = (url) => new URL(url).origin;

/** A wire to somewhere that can be cut: everything on it breaks, and nobody gets through until it is mended. */
export class Wire {
  static async to(url) {
    const { hostname, port } = new URL(url);
    const wire = new Wire();
    wire.sockets = new Set();
    wire.cutOff = false;
    wire.relay = createServer((near) => {
      if (wire.cutOff) {
        near.destroy();
        return;
      }
      const far = connect(Number(port), hostname);
      for (const socket of [near, far]) {
        wire.sockets.add(socket);
        socket.on("error", () => socket.destroy());
        socket.on("close", () =>
          [near, far].forEach((either) => either.destroy()),
        );
      }
      near.pipe(far).pipe(near);
    });
    await new Promise((listening) =>
      wire.relay.listen(0, "127.0.0.1", listening),
    );
    wire.url = `http://127.0.0.1:${wire.relay.address().port}`;
    return wire;
  }

  cut() {
    this.cutOff = true;
    this.sockets.forEach((socket) => socket.destroy());
    this.sockets.clear();
  }

  mend() {
    this.cutOff = false;
  }

  close() {
    this.cut();
    this.relay.close();
  }
}

/** Asks until the answer is true; a test's own time limit ends that. */
export async function until(question, everyMs = 50) {
  for (;;) {
    const answer = await question();
    if (answer) {
      return answer;
    }
    await pause(everyMs);
  }
}

function pause(millis) {
  return new Promise((done) => setTimeout(done, millis));
}
