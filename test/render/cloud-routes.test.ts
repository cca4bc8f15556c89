/** Commands of clouds that are not here: a shell reads the scripts, and their words are held against closed lists of the tools' own flags. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { parsePrefix } from "../../src/units/address.js";
import { rendered, textOf } from "../synthetic/rendered.js";
import { checkedDocument } from "./checked-documents.js";
import { testChecker } from "./complaints.js";

const execute = promisify(execFile);

/** By the words of a command: its flags, as the tools' references have them. */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  "gcloud compute routes create": ["--network", "--destination-range", "--next-hop-address"],
  "aws ec2 describe-instances": ["--filters", "--query", "--output"],
  "aws ec2 create-route": ["--route-table-id", "--destination-cidr-block", "--destination-ipv6-cidr-block", "--instance-id"],
  "aws ec2 modify-instance-attribute": ["--instance-id", "--no-source-dest-check"],
  "openstack port list": ["--fixed-ip"],
  "openstack port set": ["--allowed-address"],
  "openstack router add route": ["--route"],
};

async function complaints(text: string): Promise<readonly string[]> {
  const read = await execute("sh", ["-n", "-c", text]).then(
    () => [],
    (error: unknown) => [String(error)],
  );
  const commands = text.split("\n").filter((line) => /\b(?:gcloud|aws|openstack) /.test(line) && !line.startsWith("#"));
  const unknown = commands.flatMap((line) => {
    const known = Object.entries(FLAGS).find(([words]) => line.includes(`${words} `));
    const flags = line.match(/(?<=\s)--[a-z0-9-]+/g) ?? [];
    return known === undefined ? [line] : flags.filter((flag) => !known[1].includes(flag));
  });
  const ranges = [...text.matchAll(/(?:destination-range=|cidr-block |destination=|ip-address=)([^\s,"]+)/g)].map(
    ([, range = ""]) => range,
  );
  return [...read, ...unknown, ...ranges.filter((range) => parsePrefix(range) === undefined)];
}

const script = (cloud: string) => (): string => textOf(rendered("gce", "cloud-routes"), `router/${cloud}-routes.sh`);

describe("cloud-routes", () => {
  testChecker(checkedDocument("cloud-routes", "gcloud"), complaints);
  testChecker(checkedDocument("cloud-routes", "aws"), complaints);
  testChecker(checkedDocument("cloud-routes", "openstack"), complaints);

  test("say how many routes they need room for", () => {
    expect(script("gcloud")()).toContain("room for 2 more routes");
  });
});
