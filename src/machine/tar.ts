/**
 * Headers of tar archives in the ustar format (POSIX.1-1988, pax(1)). Owner is root and the time is the beginning of time, so that the same members make the
 * same archive.
 * @packageDocumentation
 */

/** What a header says of a member. */
export interface TarEntry {
  /** Without a leading slash. */
  readonly path: string;
  readonly mode: number;
  readonly kind: "file" | "folder" | "link";
  /** Bytes of a file's content. */
  readonly size: number;
  /** What a symbolic link points to. */
  readonly target?: string;
}

/** Archives are made of blocks of so many bytes. */
export const BLOCK = 512;
/** What ends an archive. */
export const END = new Uint8Array(2 * BLOCK);

const KINDS = { file: "0", link: "2", folder: "5" } as const;
const LONGEST_NAME = 100;
const LONGEST_PREFIX = 155;

/**
 * The header of a member.
 * @throws Error for a path or target that the format has no room for
 */
export function tarHeader({ path, mode, kind, size, target = "" }: TarEntry): Uint8Array {
  const header = Buffer.alloc(BLOCK);
  const { prefix, name } = split(kind === "folder" ? `${path}/` : path);
  if (Buffer.byteLength(target) > LONGEST_NAME) throw new Error(`${target} is too long for a tar archive`);
  header.write(name, 0);
  header.write(octal(mode, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(0, 12), 136);
  header.fill(" ", 148, 156);
  header.write(KINDS[kind], 156);
  header.write(target, 157);
  header.write("ustar\0", 257);
  header.write("00", 263);
  header.write(octal(0, 8), 329);
  header.write(octal(0, 8), 337);
  header.write(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** The zeros that fill up a content's last block. */
export const padding = (size: number): Uint8Array => new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, "0")}\0`;

/** A long path is cut at a slash into a prefix and a name. */
function split(path: string): { readonly prefix: string; readonly name: string } {
  if (Buffer.byteLength(path) <= LONGEST_NAME) return { prefix: "", name: path };
  for (let cut = path.indexOf("/"); cut !== -1; cut = path.indexOf("/", cut + 1)) {
    const [prefix, name] = [path.slice(0, cut), path.slice(cut + 1)];
    if (name !== "" && Buffer.byteLength(prefix) <= LONGEST_PREFIX && Buffer.byteLength(name) <= LONGEST_NAME) return { prefix, name };
  }
  throw new Error(`${path} is too long for a tar archive`);
}
