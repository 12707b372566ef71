#:package Microsoft.ML.OnnxRuntime
#:project ../../../src/OnnxDigits.Imaging
#:property PublishAot=false
// Prints the digit on a photograph, with OnnxDigits: Photograph FILE
using OnnxDigits.Imaging;
using OnnxDigits.Inference;

using var classifier = new DigitClassifier();
DigitPrediction prediction = classifier.ClassifyFile(args[0]);
Console.WriteLine(prediction.Digit);
