/** Bounds of what is read. */
export interface ReadOptions {
  /** Bytes that a file or an answer may have. Default for addresses 1 GiB, decompressed; files are bounded when it is given. */
  readonly maxBytes?: number;
  /** Milliseconds that a download may take. Default 900,000; a connection that is silent for 60,000 is given up. */
  readonly timeLimit?: number;
  /** Ends a download. */
  readonly signal?: AbortSignal;
  /** Whether addresses of plain http are read that are not this machine's. Default false. */
  readonly allowHttp?: boolean;
}

/** One name in a folder. */
export interface FolderEntry {
  readonly name: string;
  /** What it is, or what it links to: `other` for pipes, sockets, devices and links that lead nowhere. */
  readonly kind: "file" | "folder" | "other";
}

/** What the library asks of the platform's files; Node.js has all of it, a browser can fetch. */
export interface Files {
  /**
   * The bytes of a file, or of an `http(s):`, `blob:` or `data:` address.
   *
   * @throws DataError when it cannot be read, is no regular file, or exceeds the bounds.
   */
  readBytes(pathOrUrl: string, options?: ReadOptions): Promise<Uint8Array>;
  /** Writes a file so that it is whole or absent: temporary name, flush, rename. Makes missing folders. */
  writeBytes(path: string, bytes: Uint8Array): Promise<void>;
  /** Writes several files as one folder that is whole or absent; an existing folder of that name is replaced. */
  writeFolder(path: string, files: Readonly<Record<string, Uint8Array>>): Promise<void>;
  /**
   * Adds bytes to the end of a file, which is made when it is absent.
   *
   * @param at - Where they go: what the file has beyond is cut off, and all is flushed to the disk.
   * @throws DataError when it cannot be written, or is shorter than `at`.
   */
  appendBytes(path: string, bytes: Uint8Array, at?: number): Promise<void>;
  /**
   * Makes a file that says which process holds a place, until the function that it gives is called. The file of a process of this
   * machine that has ended counts for nothing.
   *
   * @throws DataError when another holder lives, or the file cannot be made.
   */
  lock(path: string): Promise<() => Promise<void>>;
  /** Names in a folder, sorted; empty when there is no such folder. */
  listFolder(path: string): Promise<string[]>;
  /** What is in a folder, sorted by name; empty when there is no such folder. */
  folderEntries(path: string): Promise<FolderEntry[]>;
  /**
   * Size and time of the last change of a file, as a text to compare: another text means other bytes.
   *
   * @throws DataError when there is no such file.
   */
  stamp(path: string): Promise<string>;
  /** Removes a file or a folder with all in it; no error when it is absent. */
  remove(path: string): Promise<void>;
  /** Joins parts of a path or address. */
  join(...parts: string[]): string;
  /** The value of an environment variable; `undefined` in browsers. */
  environment(name: string): string | undefined;
  /** A folder for downloads that are worth keeping. */
  cacheFolder(): string;
}
