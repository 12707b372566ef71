#!/usr/bin/env dotnet
#:property UsesLibTorch=true
#:property PublishAot=false
#:package Microsoft.ML.OnnxRuntime
#:project ../src/OnnxDigits.Training/OnnxDigits.Training.csproj

// The MNIST notebooks of François Chollet's "Deep Learning with Python" (Manning, 2017) in C#: "A first look at a
// neural network" (2.1) and "Introduction to convnets" (5.1). The originals are at
// https://github.com/fchollet/deep-learning-with-python-notebooks. Run the whole notebook, or a quick pass:
//
//     dotnet run -c Release samples/keras-notebook.cs
//     dotnet run -c Release samples/keras-notebook.cs -- --epochs 1
//
// Change a layer, run it again and see the effect. docs/notebook.md shows the output.

using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Loop.Callbacks;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp;
using static OnnxDigits.Training.Networks.Activation;
using static TorchSharp.torch;

LibTorchEnvironment.Prepare();
int epochs = int.Parse(Option("--epochs") ?? "5");
int seed = int.Parse(Option("--seed") ?? "1");
random.manual_seed(seed);

// ---- Load the digits ------------------------------------------------------------------------------------------------
// MNIST has 70,000 pictures of handwritten digits: 28×28 pixels from 0, paper, to 255, ink. The network learns from
// 60,000 of them. The other 10,000 show how well it reads digits that it has never seen.

DigitDataSet mnist = DigitDataSource.Open(new DigitDataOptions
{
    Data = Option("--data"),
    GeneratedTrainCount = 6_000,
    GeneratedTestCount = 1_000,
});
Console.WriteLine(mnist.Notice ?? mnist.Description);
Console.WriteLine($"train images: ({mnist.Train.Count}, 28, 28), test images: ({mnist.Test.Count}, 28, 28)");
Console.WriteLine($"train labels: {string.Join(' ', mnist.Train.Labels[..10].ToArray())} …");
for (int row = 0; row < 28; row += 2)
{
    byte[] inks = mnist.Train.Image(0).Slice(28 * row, 28).ToArray();
    Console.WriteLine(string.Concat(inks.Select(ink => " .:-=+*#%@"[ink / 26])).TrimEnd());
}

// ---- A first network ------------------------------------------------------------------------------------------------
// A layer turns its input into something more useful for the task. In a dense layer, each output depends on all inputs.
// The last layer has an output for each digit, and softmax turns them into probabilities.

using SequentialModel network = new SequentialModel(28 * 28).Dense(512, Relu).Dense(10, Softmax);
Console.WriteLine(network.Summary());

// The loss says how wrong the probabilities are. The optimizer changes the weights to lower it. Accuracy is the metric
// that people understand.

network.Compile(OptimizerSettings.RmsProp(), Loss.CategoricalCrossentropy, [Metric.Accuracy], seed);

// The network wants numbers between 0 and 1, and a label as ten numbers: 5 is 0 0 0 0 0 1 0 0 0 0.

using Tensor trainImages = Pixels(mnist.Train), trainLabels = OneHot(mnist.Train);
using Tensor testImages = Pixels(mnist.Test), testLabels = OneHot(mnist.Test);
Console.WriteLine($"label {mnist.Train.Label(0)}: {string.Join(' ', trainLabels[0].data<float>())}");

// An epoch is a pass over all images. The weights change after each batch of 128.

network.Fit(trainImages, trainLabels, epochs, batchSize: 128, callbacks: [new ProgressLine()]);

// The accuracy on new images is lower than that on the training images: the network has learned some of those by heart.

(double loss, double accuracy) = network.Evaluate(testImages, testLabels);
Console.WriteLine($"dense: test loss {loss:F4}, test accuracy {accuracy:F4}\n");

// ---- A convolutional network ----------------------------------------------------------------------------------------
// A dense layer learns a pattern for each place. A convolution learns small patterns, 3×3 pixels, and looks for them
// everywhere. First come edges, then curves and corners made of edges.

using SequentialModel convnet = new SequentialModel(1, 28, 28) { Name = "convnet" }
    .Conv2D(32, kernel: 3, activation: Relu)
    .MaxPooling2D(2)
    .Conv2D(64, kernel: 3, activation: Relu)
    .MaxPooling2D(2)
    .Conv2D(64, kernel: 3, activation: Relu);
Console.WriteLine(convnet.Summary());

// The 64 maps of 3×3 numbers become one row of 576, and two dense layers decide.

convnet.Flatten().Dense(64, Relu).Dense(10, Softmax);
Console.WriteLine(convnet.Summary());

// ---- Borders, padding, strides and pooling --------------------------------------------------------------------------
// A 3×3 window fits into a 5×5 picture at 3×3 places, so a convolution shrinks the picture. That is the border effect.

Show("5×5, window 3×3", new SequentialModel(1, 5, 5).Conv2D(1, kernel: 3));
Show("28×28, window 3×3", new SequentialModel(1, 28, 28).Conv2D(32, kernel: 3));

// Padding adds zeros around the picture, and the size stays the same.

Show("with padding", new SequentialModel(1, 28, 28).Conv2D(32, kernel: 3, padding: Padding2D.Same));

// With strides of 2 the window moves two pixels at a time, so the output has a quarter of the places.

Show("with strides of 2", new SequentialModel(1, 28, 28).Conv2D(32, kernel: 3, strides: 2));

// Max pooling keeps the largest number of each 2×2 window. It halves the sides, and later windows see more of the
// digit.

Show("max pooling 2×2", new SequentialModel(32, 26, 26).MaxPooling2D(2));
using Tensor numbers = tensor(new float[] { 1, 7, 2, 0, 3, 4, 5, 6, 0, 0, 9, 1, 8, 2, 1, 1 }).reshape(1, 1, 4, 4);
using Tensor largest = new SequentialModel(1, 4, 4).MaxPooling2D(2).Predict(numbers);
Console.WriteLine($"[1 7 2 0; 3 4 5 6; 0 0 9 1; 8 2 1 1] becomes [{string.Join(' ', largest.data<float>())}]");

// Without pooling, the last convolution sees only 7×7 pixels of the digit, and its output has 30,976 numbers.

Show("without pooling", new SequentialModel(1, 28, 28).Conv2D(32, 3).Conv2D(64, 3).Conv2D(64, 3).Flatten().Dense(64));

// ---- Train and evaluate it ------------------------------------------------------------------------------------------
// The convnet has a quarter of the parameters of the dense network and makes less than half of its mistakes.

convnet.Compile(OptimizerSettings.RmsProp(), Loss.CategoricalCrossentropy, [Metric.Accuracy], seed);
using Tensor trainPictures = trainImages.reshape(-1, 1, 28, 28), testPictures = testImages.reshape(-1, 1, 28, 28);
convnet.Fit(trainPictures, trainLabels, epochs, batchSize: 64, callbacks: [new ProgressLine()]);
(loss, accuracy) = convnet.Evaluate(testPictures, testLabels);
Console.WriteLine($"convnet: test loss {loss:F4}, test accuracy {accuracy:F4}\n");

// ---- Why the convnet wins -------------------------------------------------------------------------------------------
// Shuffle the pixels, in the same way in each picture. Each still has all the information, but neighbours are torn
// apart. Nothing changes for a dense network, which connects each pixel with each unit. A convnet has nothing to find.

using Tensor order = randperm(28 * 28);
using Tensor shuffledTrain = trainImages.index_select(1, order), shuffledTest = testImages.index_select(1, order);
using SequentialModel shuffledNetwork = new SequentialModel(28 * 28).Dense(512, Relu).Dense(10, Softmax)
    .Compile(OptimizerSettings.RmsProp(), seed: seed);
using SequentialModel shuffledConvnet = new SequentialModel(1, 28, 28)
    .Conv2D(32, 3, activation: Relu).MaxPooling2D(2).Conv2D(64, 3, activation: Relu).MaxPooling2D(2)
    .Conv2D(64, 3, activation: Relu).Flatten().Dense(64, Relu).Dense(10, Softmax)
    .Compile(OptimizerSettings.RmsProp(), seed: seed);
shuffledNetwork.Fit(shuffledTrain, trainLabels, epochs, batchSize: 128);
shuffledConvnet.Fit(shuffledTrain.reshape(-1, 1, 28, 28), trainLabels, epochs, batchSize: 64);
(_, double dense) = shuffledNetwork.Evaluate(shuffledTest, testLabels);
(_, double convolutional) = shuffledConvnet.Evaluate(shuffledTest.reshape(-1, 1, 28, 28), testLabels);
Console.WriteLine($"pixels shuffled: dense {dense:F4}, convnet {convolutional:F4}\n");

// ---- Export both and run them on ONNX Runtime -----------------------------------------------------------------------
// An ONNX file runs without TorchSharp: in .NET, Python, a browser or a phone. Export compares the file with the
// network before it writes it.

network.Export("keras-notebook-dense.onnx");
convnet.Export("keras-notebook-convnet.onnx");
Console.WriteLine($"dense.onnx reads {Accuracy("keras-notebook-dense.onnx", testImages):F4} of the test images");
Console.WriteLine($"convnet.onnx reads {Accuracy("keras-notebook-convnet.onnx", testPictures):F4} of the test images");

// ---- Helpers --------------------------------------------------------------------------------------------------------

string? Option(string name) => args.SkipWhile(arg => arg != name).Skip(1).FirstOrDefault();

static Tensor Pixels(DigitImages digits) =>
    tensor(digits.Pixels.ToArray()).reshape(digits.Count, 28 * 28).to(float32) / 255;

static Tensor OneHot(DigitImages digits) =>
    nn.functional.one_hot(tensor(digits.Labels.ToArray()).to(int64), 10).to(float32);

static void Show(string name, SequentialModel model) => Console.WriteLine(
    $"{name}: {string.Join(" → ", model.Layers.Select(layer => layer.OutputShapeText))}, "
    + $"{model.ParameterCount:N0} parameters");

double Accuracy(string path, Tensor images)
{
    using var session = new InferenceSession(path);
    using var input = OrtValue.CreateTensorValueFromMemory(images.data<float>().ToArray(), images.shape);
    using var outputs = session.Run(new RunOptions(), ["input"], [input], ["probabilities"]);
    using Tensor probabilities = tensor(outputs[0].GetTensorDataAsSpan<float>().ToArray(), images.shape[0], 10);
    return probabilities.argmax(1).eq(testLabels.argmax(1)).to(float64).mean().item<double>();
}
