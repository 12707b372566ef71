using OnnxDigits.Inference;

// The digit on 28×28 bytes, by this project: Classifier IMAGE

using var classifier = new DigitClassifier(new() { Model = EmbeddedModel.Conv });
DigitPrediction prediction = classifier.Classify(File.ReadAllBytes(args[0]));
Console.WriteLine(prediction.Digit);
