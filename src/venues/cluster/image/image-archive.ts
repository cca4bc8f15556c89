/**
 * The image as an archive that `ctr image import`, `docker load` and `podman load` take: an OCI image layout (image-spec v1.0, image-layout.md) with the
 * manifest of `docker save` beside it. Nothing in it depends on when or where it was made.
 * @packageDocumentation
 */
import type { ArchiveMember, CompressedFile } from "../../../machine/ports.js";
import { USER } from "./agent-layer.js";
import type { Architecture } from "./root-file-system.js";

/** A layer: a compressed tar on this machine. */
export interface Layer extends CompressedFile {
  readonly path: string;
  /** What made it, for the image's history. */
  readonly reason: string;
}

/** What the image is made of. */
export interface ImageParts {
  readonly reference: string;
  readonly version: string;
  readonly architecture: Architecture;
  readonly layers: readonly Layer[];
  /** SHA-256 of a text, in hexadecimal. */
  readonly digestOf: (text: string) => string;
}

/** The beginning of time, so that the same parts make the same image. */
const CREATED = "1970-01-01T00:00:00Z";
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** All members of the archive. */
export function imageArchive(parts: ImageParts): readonly ArchiveMember[] {
  const config = textBlob(parts, JSON.stringify(configOf(parts)));
  const manifest = textBlob(parts, JSON.stringify(manifestOf(parts, config)));
  return [
    { path: "oci-layout", mode: 0o644, text: JSON.stringify({ imageLayoutVersion: "1.0.0" }) },
    { path: "index.json", mode: 0o644, text: JSON.stringify(indexOf(parts, manifest)) },
    { path: "manifest.json", mode: 0o644, text: JSON.stringify(dockerManifest(parts, config)) },
    { path: "blobs", mode: 0o755 },
    { path: "blobs/sha256", mode: 0o755 },
    { path: blobPath(config.digest), mode: 0o644, text: config.text },
    { path: blobPath(manifest.digest), mode: 0o644, text: manifest.text },
    ...parts.layers.map(({ digest, path }) => ({ path: blobPath(digest), mode: 0o644, copyOf: path })),
  ];
}

/** A text as a blob. */
interface TextBlob {
  readonly text: string;
  readonly digest: string;
  readonly size: number;
}

const textBlob = ({ digestOf }: ImageParts, text: string): TextBlob => ({
  text,
  digest: digestOf(text),
  size: new TextEncoder().encode(text).length,
});

const blobPath = (digest: string): string => `blobs/sha256/${digest}`;

const descriptor = (mediaType: string, { digest, size }: { readonly digest: string; readonly size: number }) => ({
  mediaType,
  digest: `sha256:${digest}`,
  size,
});

const configOf = ({ architecture, layers, version }: ImageParts) => ({
  created: CREATED,
  architecture,
  os: "linux",
  config: {
    User: `${String(USER)}:${String(USER)}`,
    Env: [`PATH=${PATH}`],
    Entrypoint: ["/usr/bin/tini", "--"],
    Cmd: ["sleep", "infinity"],
    WorkingDir: "/",
    Labels: {
      "org.opencontainers.image.title": "podwire agent",
      "org.opencontainers.image.description": "Measures the network of the pod that it runs in, for `podwire cluster`",
      "org.opencontainers.image.version": version,
      "org.opencontainers.image.licenses": "Apache-2.0",
    },
  },
  rootfs: { type: "layers", diff_ids: layers.map(({ contentDigest }) => `sha256:${contentDigest}`) },
  history: layers.map(({ reason }) => ({ created: CREATED, created_by: reason })),
});

const manifestOf = ({ layers }: ImageParts, config: TextBlob) => ({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: descriptor("application/vnd.oci.image.config.v1+json", config),
  layers: layers.map((layer) => descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer)),
});

/** containerd names the image by its own annotation, others by the tag. */
const indexOf = ({ reference, version, architecture }: ImageParts, manifest: TextBlob) => ({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.index.v1+json",
  manifests: [
    {
      ...descriptor("application/vnd.oci.image.manifest.v1+json", manifest),
      platform: { architecture, os: "linux" },
      annotations: { "io.containerd.image.name": reference, "org.opencontainers.image.ref.name": version },
    },
  ],
});

const dockerManifest = ({ reference, layers }: ImageParts, config: TextBlob) => [
  { Config: blobPath(config.digest), RepoTags: [reference], Layers: layers.map(({ digest }) => blobPath(digest)) },
];
