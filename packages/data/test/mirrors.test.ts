import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { obtain } from "../src/idx/obtain.js";
import { gzip, IMAGES } from "./idx-files.js";

const FILE = {
  name: "images",
  bytes: IMAGES.length,
  sha256: createHash("sha256").update(IMAGES).digest("hex"),
};
const CATALOGUE = { owner: "small", folder: "small", mirrors: [], classNames: ["a"], files: {} as never };

let cache: string;
let servers: Server[] = [];

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "latentkit-mirrors-"));
});
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
  await rm(cache, { recursive: true, force: true });
});

async function mirror(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("mirrors", () => {
  it("make way for the next when they are silent, give too much, or are plain http", async () => {
    const silent = await mirror(() => undefined);
    let ended = false;
    const endless = await mirror((_, response) => {
      response.on("close", () => {
        ended = true;
      });
      const write = (): void => {
        while (!ended && response.write(Buffer.alloc(65_536)));
        if (!ended) response.once("drain", write);
      };
      write();
    });
    const bomb = await mirror((_, response) => response.end(gzip(new Uint8Array(20_000_000)).subarray(0, 1000)));
    const right = await mirror((_, response) => response.end(gzip(IMAGES)));
    const mirrors = ["http://plain.invalid", silent, endless, bomb, right];
    const bytes = await obtain(CATALOGUE, FILE, { cache, mirrors, timeLimit: 300, signal: undefined });
    expect(bytes).toEqual(IMAGES);
    expect(ended).toBe(true);
  });

  it("are not tried any more after the signal", async () => {
    let asked = 0;
    const silent = await mirror(() => {
      asked++;
      controller.abort(new Error("enough"));
    });
    const controller = new AbortController();
    const options = { cache, mirrors: [silent, silent], timeLimit: 60_000, signal: controller.signal };
    await expect(obtain(CATALOGUE, FILE, options)).rejects.toThrow("enough");
    expect(asked).toBe(1);
  });
});
