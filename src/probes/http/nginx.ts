/**
 * The HTTP server: nginx, with one worker unless the path says otherwise, which serves a page of 612 bytes (the size of nginx's own welcome page) from a private folder.
 * @packageDocumentation
 */
import type { Path } from "../../venues/contract.js";
import type { ServerSpec } from "../contract.js";
import { SERVER_LIFETIME } from "../contract.js";

/** Bytes of the page. */
export const PAGE_BYTES = 612;

/** Relative paths are taken from the prefix, which is the private folder. */
const configFor = (port: number, workers: number): string => `# podwire's measuring server: everything it writes stays in this folder.
daemon off;
# In a user namespace root is the only user there is; without this line nginx asks for another.
user root;
worker_processes ${String(workers)};
pid nginx.pid;
error_log stderr error;
events {
  # Half of the 1024 files that an ordinary user's process may open.
  worker_connections 512;
}
http {
  access_log off;
  client_body_temp_path temp-body;
  proxy_temp_path temp-proxy;
  fastcgi_temp_path temp-fastcgi;
  uwsgi_temp_path temp-uwsgi;
  scgi_temp_path temp-scgi;
  default_type text/html;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 65;
  # A kept connection must outlive the longest trial.
  keepalive_requests 1000000;
  server {
    listen ${String(port)} backlog=4096;
    location / {
      root .;
      index index.html;
    }
  }
}
`;

/**
 * Before it reads its configuration nginx opens the log that it was built with, outside the private folder. \`-e\` turns that off,
 * but exists from 1.19.5 only, and Debian 11 and Ubuntu 22.04 have 1.18: so nginx is asked whether it knows it.
 */
const START = 'case "$(nginx -h 2>&1)" in *"-e filename"*) exec nginx -e stderr "$@" ;; *) exec nginx "$@" ;; esac';

/** The server of both HTTP workloads. */
export function nginxServer({ listen, httpWorkers = 1 }: Path): ServerSpec {
  const port = listen.http;
  return {
    key: `nginx ${String(port)}`,
    command: {
      argv: ["sh", "-c", START, "nginx", "-p", "{files}/", "-c", "nginx.conf"],
      reason: `serve one small page with ${httpWorkers === 1 ? "one worker" : `${String(httpWorkers)} workers`}`,
      timeout: SERVER_LIFETIME,
      files: { "nginx.conf": configFor(port, httpWorkers), "index.html": page() },
    },
    readyPort: { protocol: "tcp", port },
  };
}

function page(): string {
  const head = "<!doctype html>\n<title>podwire</title>\n<p>";
  return `${head.padEnd(PAGE_BYTES - 1, "A page of the usual size. ")}\n`;
}
