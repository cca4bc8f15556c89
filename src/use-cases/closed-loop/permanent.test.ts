import { describe, expect, test } from "vitest";
import { card } from "../../../test/synthetic/node-facts.js";
import { tunedPlace } from "../../../test/synthetic/tuned-place.js";
import { candidatesOf } from "./candidates.js";
import { permanentForms } from "./permanent.js";

describe("the permanent form of an offload", () => {
  const offloads = { ...card().offloads, "tx-tcp-segmentation": { on: false, fixed: false } };

  test("is a udev rule that names its program by the path, without which udev would look in a folder of its own", () => {
    const forms = candidatesOf([tunedPlace({ devices: [card({ offloads })] })], "low", "tcp-open").tried.flatMap(permanentForms);
    expect(forms.map(({ form, text }) => ({ form, text }))).toContainEqual({
      form: "udev",
      text: 'ACTION=="add", SUBSYSTEM=="net", KERNEL=="eth0", RUN+="/usr/sbin/ethtool -K %k tx-tcp-segmentation on"\n',
    });
  });
});
