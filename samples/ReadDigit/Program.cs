using OnnxDigits.Imaging;
using OnnxDigits.Inference;

// Reads the digit on an image file: dotnet run --project samples/ReadDigit -- seven.png

using var classifier = new DigitClassifier();
DigitPrediction prediction = classifier.ClassifyFile(args[0]);
Console.WriteLine(prediction);
