import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataError, UnsupportedError } from "../src/errors.js";
import { files as browser } from "../src/files/browser.js";
import { files } from "../src/files/node.js";

let root: string;
let server: Server;
let address: string;
const bytes = Uint8Array.of(1, 2, 3);

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "latentkit-files-"));
  server = createServer((request, response) => {
    if (request.url === "/cut") {
      response.writeHead(200, { "content-length": 100 });
      response.write("short");
      setTimeout(() => response.destroy(), 20);
    } else if (request.url === "/silent") {
      response.writeHead(200).write("x");
    } else if (request.url === "/endless") {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        response.once("drain", more);
      };
      more();
    } else if (request.url === "/bomb") {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end(gzipSync(Buffer.alloc(50_000_000)));
    } else if (request.url === "/moved") {
      response.writeHead(302, { location: "http://plain.invalid/x" }).end();
    } else if (request.url === "/found") response.end(Buffer.from(bytes));
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true, force: true });
});

describe("files of Node.js", () => {
  it("are written with their folders, replaced whole, and leave nothing beside them", async () => {
    const target = files.join(root, "deep", "er", "file.bin");
    await files.writeBytes(target, bytes);
    await files.writeBytes(target, Uint8Array.of(9));
    expect(await files.readBytes(target)).toEqual(Uint8Array.of(9));
    expect(await files.readBytes(pathToFileURL(target).href)).toEqual(Uint8Array.of(9));
    expect(readdirSync(files.join(root, "deep", "er"))).toEqual(["file.bin"]);
  });

  it("are never seen half written by a reader", async () => {
    const target = files.join(root, "contended.bin");
    const versions = [1, 2].map((value) => new Uint8Array(2_000_000).fill(value));
    await files.writeBytes(target, versions[0]!);
    let writing = true;
    const writer = (async () => {
      for (let i = 0; i < 10; i++) await files.writeBytes(target, versions[i % 2]!);
      writing = false;
    })();
    while (writing) {
      const read = await files.readBytes(target);
      expect(read.length).toBe(2_000_000);
      expect(read.every((value) => value === read[0])).toBe(true);
    }
    await writer;
  });

  it("keep what was there when writing fails, and leave nothing half written", async () => {
    const folder = files.join(root, "occupied");
    const target = files.join(folder, "taken");
    await files.writeFolder(target, { inside: bytes });
    await expect(files.writeBytes(target, bytes)).rejects.toThrow(DataError);
    await expect(files.writeBytes(target, bytes)).rejects.toThrow(`writeBytes: could not write ${target}`);
    expect(readdirSync(folder)).toEqual(["taken"]);
    expect(await files.readBytes(files.join(target, "inside"))).toEqual(bytes);

    await expect(files.writeFolder(target, { "no/such/folder": bytes })).rejects.toThrow(DataError);
    expect(readdirSync(folder)).toEqual(["taken"]);
    expect(readdirSync(target)).toEqual(["inside"]);

    const file = files.join(root, "plain");
    writeFileSync(file, "x");
    await expect(files.writeBytes(files.join(file, "below"), bytes)).rejects.toThrow(DataError);
    await expect(files.writeFolder(files.join(file, "below"), {})).rejects.toThrow(DataError);
  });

  it("are written as whole folders that replace their predecessors", async () => {
    const target = files.join(root, "folders", "one");
    await files.writeFolder(target, { a: bytes, b: bytes });
    await files.writeFolder(target, { c: bytes });
    expect(await files.listFolder(target)).toEqual(["c"]);
    expect(await files.listFolder(files.join(root, "folders"))).toEqual(["one"]);
  });

  it("list nothing where there is no folder, and refuse to list a file", async () => {
    expect(await files.listFolder(files.join(root, "absent"))).toEqual([]);
    writeFileSync(files.join(root, "alone"), "x");
    await expect(files.listFolder(files.join(root, "alone"))).rejects.toThrow(DataError);
  });

  it("can be removed, absent or not", async () => {
    await files.writeFolder(files.join(root, "gone"), { a: bytes });
    await files.remove(files.join(root, "gone"));
    await files.remove(files.join(root, "gone"));
    expect(await files.listFolder(files.join(root, "gone"))).toEqual([]);
  });

  it("name a path that cannot be read", async () => {
    const target = files.join(root, "absent.bin");
    await expect(files.readBytes(target)).rejects.toThrow(DataError);
    await expect(files.readBytes(target)).rejects.toThrow(`readBytes: could not read ${target}: ENOENT`);
  });

  it("come from addresses too", async () => {
    expect(await files.readBytes(`${address}/found`)).toEqual(bytes);
    expect(await files.readBytes("data:application/octet-stream;base64,AQID")).toEqual(bytes);
    await expect(files.readBytes(`${address}/absent`)).rejects.toThrow(`${address}/absent answered 404`);
    await expect(files.readBytes(`${address}/cut`)).rejects.toThrow(DataError);
    await expect(files.readBytes("http://127.0.0.1:1/")).rejects.toThrow("could not reach http://127.0.0.1:1/");
    expect(files.join(address, "a", "b")).toBe(`${address}/a/b`);
  });

  it("know the environment and a cache folder", () => {
    expect(files.environment("PATH")).toBe(process.env.PATH);
    expect(files.environment("LATENTKIT_NO_SUCH_VARIABLE")).toBeUndefined();
    expect(files.cacheFolder()).toMatch(/latentkit$/);
  });
});

describe("addresses", () => {
  it("are given up as soon as they send more than allowed, whatever their header says", async () => {
    await expect(files.readBytes(`${address}/endless`, { maxBytes: 1_000_000 })).rejects.toThrow(
      /has \d+ bytes or more, expected at most 1000000; pass a larger `maxBytes`/,
    );
    await expect(files.readBytes(`${address}/cut`, { maxBytes: 99 })).rejects.toThrow("has 100 bytes or more");
    await expect(files.readBytes(`${address}/found`, { maxBytes: 2 })).rejects.toThrow(DataError);
    expect(await files.readBytes(`${address}/found`, { maxBytes: 3 })).toEqual(bytes);
  });

  it("are given up when what they send grows beyond the bound on unpacking", async () => {
    await expect(files.readBytes(`${address}/bomb`, { maxBytes: 1_000_000 })).rejects.toThrow(
      "expected at most 1000000",
    );
  });

  it("are given up after the time limit, and when the signal says so", async () => {
    await expect(files.readBytes(`${address}/silent`, { timeLimit: 50 })).rejects.toThrow(
      "took longer than 0.05 s; pass a longer `timeLimit` (ms)",
    );
    const stop = new AbortController();
    const reading = files.readBytes(`${address}/silent`, { signal: stop.signal });
    stop.abort();
    await expect(reading).rejects.toThrow("was stopped by its signal");
    await expect(files.readBytes(`${address}/found`, { signal: stop.signal })).rejects.toThrow(DataError);
  });

  it("are https or this machine's own unless told", async () => {
    for (const url of ["http://example.org/model", "http://127.0.0.1.example.org/x", "http://[::2]/x"]) {
      await expect(files.readBytes(url)).rejects.toThrow(`${url} is plain http`);
    }
    await expect(files.readBytes("http://plain.invalid/x", { allowHttp: true })).rejects.toThrow("could not reach");
    await expect(files.readBytes(`${address}/moved`)).rejects.toThrow(DataError);
  });
});

describe("files that are no files", () => {
  it.skipIf(process.platform === "win32")("are refused instead of waited for", async () => {
    const pipe = join(root, "pipe");
    execFileSync("mkfifo", [pipe]);
    await expect(files.readBytes(pipe)).rejects.toThrow("it is a pipe or a device, not a file");
    await expect(files.readBytes("/dev/zero")).rejects.toThrow(DataError);
  });

  it("are refused when they are larger than allowed, before they are read", async () => {
    const target = join(root, "large");
    writeFileSync(target, Buffer.alloc(1000));
    await expect(files.readBytes(target, { maxBytes: 999 })).rejects.toThrow("it has 1000 bytes");
    expect(await files.readBytes(target, { maxBytes: 1000 })).toHaveLength(1000);
  });
});

describe("files of a browser", () => {
  it("can be read from addresses and written nowhere", async () => {
    expect(await browser.readBytes(`${address}/found`)).toEqual(bytes);
    for (const call of [
      () => browser.writeBytes("a", bytes),
      () => browser.writeFolder("a", {}),
      () => browser.listFolder("a"),
      () => browser.remove("a"),
    ]) {
      await expect(call()).rejects.toThrow(UnsupportedError);
    }
    expect(browser.join("https://example.org/", "a", "b")).toBe("https://example.org/a/b");
    expect(browser.environment("PATH")).toBeUndefined();
  });
});
