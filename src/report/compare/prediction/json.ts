/**
 * A prediction as JSON, exactly as its schema says.
 * @packageDocumentation
 */
import { type Prediction, predictionSchema } from "../../../model/prediction.js";

/** The text that `compare LAB CLUSTER --json` prints, with a line break at the end. Throws where the prediction breaks its own schema. */
export function renderPredictionJson(prediction: Prediction): string {
  return `${JSON.stringify(predictionSchema.parse(prediction), null, 2)}\n`;
}
