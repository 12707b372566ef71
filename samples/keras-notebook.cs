#!/usr/bin/env dotnet
#:property UsesLibTorch=true
#:property PublishAot=false
#:project ../src/OnnxDigits.Training/OnnxDigits.Training.csproj

// The MNIST examples of François Chollet's "Deep Learning with Python" (Manning, 2017) in C#: chapter 2.1, "A first
// look at a neural network", and chapter 5.1, "Introduction to convnets". The Keras notebooks are at
// https://github.com/fchollet/deep-learning-with-python-notebooks. Run it with
//
//     dotnet run samples/keras-notebook.cs
//
// Change a layer, run it again and see the effect. One run takes about two minutes on a laptop.

using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using static TorchSharp.torch;

LibTorchEnvironment.Prepare();
random.manual_seed(1);

// ---- 1. The data ----------------------------------------------------------------------------------------------------
// MNIST holds 70,000 pictures of handwritten digits, each 28 by 28 pixels. A network learns from 60,000 of them. The
// other 10,000 show whether it recognizes digits that it has never seen.

DigitDataSet mnist = await DigitDataSource.OpenAsync(new DigitDataOptions());
Console.WriteLine(mnist.Notice ?? mnist.Description);
Console.WriteLine($"train_images.shape: ({mnist.Train.Count}, {DigitImages.Rows}, {DigitImages.Columns})");
Console.WriteLine($"train_labels: {string.Join(' ', mnist.Train.Labels.Span[..9].ToArray())} …");
Console.WriteLine($"test_images.shape: ({mnist.Test.Count}, {DigitImages.Rows}, {DigitImages.Columns})");

// A picture is a table of bytes: 0 is paper, 255 is ink.
Console.WriteLine("The first training image:");
for (int row = 0; row < DigitImages.Rows; row += 2)
{
    for (int column = 0; column < DigitImages.Columns; column++)
    {
        Console.Write(" .:-=+*#%@"[mnist.Train.Image(0)[row * DigitImages.Columns + column] * 9 / 255]);
    }
    Console.WriteLine();
}

// Before training, the pixels are scaled to the range 0 to 1 and the labels become vectors: 3 is [0 0 0 1 0 0 0 0 0 0].
// Fit and Evaluate below do both for you. This is how the tensors look:
using (var sample = new DigitTensors(mnist.Train.Slice(0, 2)))
{
    string shape = string.Join(" × ", sample.Images.shape);
    Console.WriteLine($"Images: {shape}, largest value {sample.Images.max().item<float>()}");
    Console.WriteLine($"Label {mnist.Train.Label(0)}: {string.Join(' ', sample.Targets[0].data<float>())}");
}

// ---- 2. A first network ---------------------------------------------------------------------------------------------
// A layer transforms its input into a form that is more useful for the task. In a dense layer, each output depends on
// all inputs. The second of these two layers gives a score for each of the ten digits.
//
// Keras:  network.add(layers.Dense(512, activation='relu', input_shape=(28 * 28,)))
//         network.add(layers.Dense(10, activation='softmax'))

using SequentialModel dense = new SequentialModel(1, 28, 28)
    .Flatten()
    .Dense(512, Activation.Relu)
    .Dense(10, Activation.Softmax);
Console.WriteLine();
Console.WriteLine(dense.Summary());

// Training needs three more choices. The loss, categorical cross-entropy, measures how wrong the network is. The
// optimizer, RMSprop, changes the weights so that the loss falls. The metric for people is the fraction of correct
// digits. These are the defaults of a recipe. An epoch is one pass over all images, and the weights change once after
// each batch of 128.
//
// Keras:  network.fit(train_images, train_labels, epochs=5, batch_size=128)

dense.Fit(mnist.Train, new Recipe { Epochs = 5, BatchSize = 128 }, Show);

// The network does well on the images that it was trained on. The test accuracy shows how well it does on new images.
// The gap between the two accuracies is overfitting.
//
// Keras:  test_loss, test_acc = network.evaluate(test_images, test_labels)

Evaluation result = dense.Evaluate(mnist.Test);
Console.WriteLine($"dense: test accuracy {result.Accuracy:F4}, test loss {result.Loss:F4}");

// ---- 3. A convolutional network -------------------------------------------------------------------------------------
// A dense layer learns patterns at fixed places. A convolution learns small patterns, 3 by 3 pixels, and finds them
// anywhere: first edges, then curves and corners made of edges. Max pooling halves the picture and keeps the largest
// activations, so that later layers see more of the digit. Each convolution also shrinks the picture, because a 3 by 3
// window has only 26 positions in 28 pixels.
//
// Keras:  model.add(layers.Conv2D(32, (3, 3), activation='relu', input_shape=(28, 28, 1)))
//         model.add(layers.MaxPooling2D((2, 2)))  …

using SequentialModel conv = new SequentialModel(1, 28, 28)
    .Conv2D(32, kernel: 3, activation: Activation.Relu)
    .MaxPooling2D(2)
    .Conv2D(64, kernel: 3, activation: Activation.Relu)
    .MaxPooling2D(2)
    .Conv2D(64, kernel: 3, activation: Activation.Relu)
    .Flatten()
    .Dense(64, Activation.Relu)
    .Dense(10, Activation.Softmax);
Console.WriteLine();
Console.WriteLine(conv.Summary());

// This network has a quarter of the parameters and makes fewer mistakes: about 1 % instead of 2 %.

conv.Fit(mnist.Train, new Recipe { Epochs = 5, BatchSize = 64 }, Show);
result = conv.Evaluate(mnist.Test);
Console.WriteLine($"conv: test accuracy {result.Accuracy:F4}, test loss {result.Loss:F4}");
Console.WriteLine(result.Matrix.ToTable());

// ---- 4. The ONNX file -----------------------------------------------------------------------------------------------
// An ONNX file runs without TorchSharp: in .NET, Python, a browser or a phone. Export checks that the exported graph
// agrees with the network before it writes the file.

conv.Export("keras-notebook.onnx");
Console.WriteLine("Exported to keras-notebook.onnx.");

static void Show(EpochMetrics epoch) =>
    Console.WriteLine($"Epoch {epoch.Epoch}: loss {epoch.Loss:F4}, accuracy {epoch.Accuracy:F4}, {epoch.Seconds:F1} s");
