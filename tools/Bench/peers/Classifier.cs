#:package Microsoft.ML.OnnxRuntime
#:project ../../../src/OnnxDigits.Inference
#:property PublishAot=false
// Prints the digit in a file of 28×28 bytes, with OnnxDigits: Classifier IMAGE
using OnnxDigits.Inference;

using var classifier = new DigitClassifier(new() { Model = EmbeddedModel.Conv });
DigitPrediction prediction = classifier.Classify(File.ReadAllBytes(args[0]));
Console.WriteLine(prediction.Digit);
