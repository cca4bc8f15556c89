/**
 * A layer of a variant as run file and summary have it.
 * @packageDocumentation
 */
import { z } from "zod";
import { isPart } from "./variant.js";

/** Schema of {@link PutLayer}. */
export const putLayerSchema = z.object({
  /** Its name, without the number. */
  layer: z.string(),
  /** The number behind its name. */
  argument: z.number().int().optional(),
  /** What that number counts, such as `Services`; layers of one variant that count the same have one number. */
  counts: z.string().optional(),
  /** What it carries; the mode is then measured on the path of it, and ranked by that. */
  carries: z.enum(["services"]).optional(),
  /** Of a layer that plants a fault: what that does to its mode. */
  fault: z.enum(["slow", "broken"]).optional(),
  /** What was loaded before measuring began, in which time it does not count; absent where nothing was. */
  loaded: z
    .object({
      /** `10,000 Services`. */
      what: z.string(),
      /** Seconds from the start of the first load to the end of the last one. */
      seconds: z.number().nonnegative(),
      /** Each load: into which copy of the mode's node, in how many seconds, in how many transactions. */
      loads: z.array(
        z.object({ link: z.enum(["capped", "open"]), node: z.string(), seconds: z.number().nonnegative(), steps: z.number().int() }),
      ),
    })
    .optional(),
});
/** A layer of a variant as run file and summary have it. */
export type PutLayer = z.infer<typeof putLayerSchema>;

/** Whether a fault was planted in a variant: what is odd about it then is what it was built for. */
export const hasFault = ({ layers = [] }: { readonly layers?: readonly PutLayer[] | undefined }): boolean =>
  layers.some(({ fault }) => fault !== undefined);

/** Whether a variant was built to learn from and not to be run: a planted fault, or a part of a mode. */
export const isNotToBeRun = (built: { readonly mode: string; readonly layers?: readonly PutLayer[] | undefined }): boolean =>
  hasFault(built) || isPart(built.mode);

/** What an answer says where nothing else was measured. */
export const NONE_TO_BE_RUN = "Only variants with a planted fault, or parts of modes, were measured, and none of these is to be run.";
