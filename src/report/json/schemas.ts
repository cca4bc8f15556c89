/**
 * The JSON Schemas (draft 2020-12) of what podwire writes, made from the schemas that it reads and writes by.
 * @packageDocumentation
 */
import { z } from "zod";
import { IMPORT_SCHEMA, importedSchema } from "../../import/imported.js";
import { TUNING_SCHEMA, tuningSchema } from "../../model/closed-loop.js";
import { CONFORMANCE_SCHEMA, conformanceSchema } from "../../model/conformance.js";
import { EXPLANATION_SCHEMA, explanationSchema } from "../../model/explanation.js";
import { INSPECTION_SCHEMA, inspectionDocumentSchema } from "../../model/inspection.js";
import { IRQ_EXPERIMENT_SCHEMA, irqExperimentSchema } from "../../model/irq-experiment.js";
import { PACKET_PATH_SCHEMA, packetPathSchema } from "../../model/packet-path.js";
import { PREDICTION_SCHEMA, predictionSchema } from "../../model/prediction.js";
import { RENDER_DIFF_SCHEMA, renderDiffSchema } from "../../model/render-diff.js";
import { TARGETS_SCHEMA, targetListSchema } from "../../model/render-targets.js";
import { RULE_COSTS_SCHEMA, ruleCostsSchema } from "../../model/rule-costs.js";
import { RULE_WALK_SCHEMA, ruleWalkSchema } from "../../model/rule-walk.js";
import { RULESET_SCHEMA, rulesetReportSchema } from "../../model/ruleset-report.js";
import { RUN_SCHEMA, runFileSchema } from "../../model/run.js";
import { COMPARISON_SCHEMA, runComparisonSchema } from "../../model/run-comparison.js";
import { SUMMARY_SCHEMA, summarySchema } from "../../model/summary.js";
import { TUNING_PLAN_SCHEMA, TUNING_STATUS_SCHEMA, tuningPlanSchema, tuningStatusSchema } from "../../model/tuning.js";

/** Where the schemas stand in the repository; a format's own name follows. */
const PUBLISHED = "https://raw.githubusercontent.com/podwire/podwire/main/schemas/";
const EXPLAINED = "Fields and units: https://github.com/podwire/podwire/blob/main/docs/data-format.md";

/** A format of podwire's. */
export interface Format {
  /** What `podwire schema` calls it. */
  readonly name: string;
  /** What its documents carry in `schema`, such as `podwire/run@1`. */
  readonly version: string;
  /** Which documents are of it, as a noun phrase. */
  readonly what: string;
  readonly schema: z.ZodType;
}

/** Every format with a schema. */
export const FORMATS: readonly Format[] = [
  // Files as they may be read: older ones lack paths and comparisons.
  { name: "run", version: RUN_SCHEMA, what: "run files: everything that was asked, observed and done", schema: runFileSchema },
  { name: "summary", version: SUMMARY_SCHEMA, what: "summaries: what lab, cluster run and report print as JSON", schema: summarySchema },
  { name: "comparison", version: COMPARISON_SCHEMA, what: "comparisons: what compare A B prints as JSON", schema: runComparisonSchema },
  {
    name: "prediction",
    version: PREDICTION_SCHEMA,
    what: "predictions: what compare LAB CLUSTER... prints as JSON",
    schema: predictionSchema,
  },
  {
    name: "inspection",
    version: INSPECTION_SCHEMA,
    what: "inspections: what cluster inspect prints as JSON",
    schema: inspectionDocumentSchema,
  },
  {
    name: "conformance",
    version: CONFORMANCE_SCHEMA,
    what: "conformances: what lab conformance and cluster conformance print as JSON",
    schema: conformanceSchema,
  },
  { name: "explanation", version: EXPLANATION_SCHEMA, what: "explanations: what explain prints as JSON", schema: explanationSchema },
  { name: "rule-walk", version: RULE_WALK_SCHEMA, what: "rule walks: what rules FILE --packet prints as JSON", schema: ruleWalkSchema },
  { name: "ruleset", version: RULESET_SCHEMA, what: "rulesets: what rules FILE prints as JSON", schema: rulesetReportSchema },
  {
    name: "packet-path",
    version: PACKET_PATH_SCHEMA,
    what: "packet paths: what lab path and cluster path print as JSON",
    schema: packetPathSchema,
  },
  {
    name: "irq-experiment",
    version: IRQ_EXPERIMENT_SCHEMA,
    what: "experiments: what experiment irq prints as JSON",
    schema: irqExperimentSchema,
  },
  {
    name: "rule-costs",
    version: RULE_COSTS_SCHEMA,
    what: "rule costs: what experiment rules prints as JSON and keeps",
    schema: ruleCostsSchema,
  },
  { name: "targets", version: TARGETS_SCHEMA, what: "target lists: what render --list prints as JSON", schema: targetListSchema },
  { name: "render-diff", version: RENDER_DIFF_SCHEMA, what: "differences: what render --diff prints as JSON", schema: renderDiffSchema },
  { name: "tuning", version: TUNING_SCHEMA, what: "closed loops: what tune auto prints as JSON", schema: tuningSchema },
  { name: "tuning-plan", version: TUNING_PLAN_SCHEMA, what: "plans of changes: what tune plan prints as JSON", schema: tuningPlanSchema },
  {
    name: "tuning-status",
    version: TUNING_STATUS_SCHEMA,
    what: "changes that were made: what tune status, verify, apply and undo print as JSON",
    schema: tuningStatusSchema,
  },
  { name: "import", version: IMPORT_SCHEMA, what: "imports: what import prints as JSON", schema: importedSchema },
];

/** The file that a format's schema is published in: `run-1.json`. A version that would break readers gets a file of its own. */
export const schemaFile = ({ version }: Format): string => `${version.replace(/^podwire\//, "").replace("@", "-")}.json`;

/**
 * A format's JSON Schema as text, with a line break at the end. Fields that it does not name are allowed, since within a version fields are added.
 */
export function renderJsonSchema(format: Format): string {
  const { $schema, ...rest } = z.toJSONSchema(format.schema, { target: "draft-2020-12", io: "input" });
  const { name, version, what } = format;
  const head = {
    $schema,
    $id: `${PUBLISHED}${schemaFile(format)}`,
    title: `podwire ${name} (${version})`,
    description: `podwire's ${what}. ${EXPLAINED}`,
  };
  return `${JSON.stringify({ ...head, ...rest }, undefined, 2)}\n`;
}
