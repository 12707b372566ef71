#:package Microsoft.ML.OnnxRuntime
#:project ../src/OnnxDigits.Imaging/OnnxDigits.Imaging.csproj
#:property PublishAot=false

// Reads the digit on an image file: dotnet run samples/read-digit.cs -- seven.png
// In your own project, reference the package OnnxDigits.Imaging instead of the project.

using OnnxDigits.Imaging;
using OnnxDigits.Inference;

using var classifier = new DigitClassifier();
DigitPrediction prediction = classifier.ClassifyFile(args[0]);
Console.WriteLine(prediction);
