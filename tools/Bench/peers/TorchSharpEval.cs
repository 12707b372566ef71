#:package TorchSharp
#:property PublishAot=false
#:property UsesLibTorch=true
// Prints the digit in a file of 28×28 bytes, with TorchSharp: TorchSharpEval IMAGE WEIGHTS
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

using var network = Sequential(
    ("conv2d", Conv2d(1, 32, 3)),
    ("relu", ReLU()),
    ("pool", MaxPool2d(2)),
    ("conv2d_1", Conv2d(32, 64, 3)),
    ("relu_1", ReLU()),
    ("pool_1", MaxPool2d(2)),
    ("conv2d_2", Conv2d(64, 64, 3)),
    ("relu_2", ReLU()),
    ("flatten", Flatten()),
    ("dense", Linear(576, 64)),
    ("relu_3", ReLU()),
    ("dense_1", Linear(64, 10)));
network.load(args[1]);
network.eval();
using var scope = NewDisposeScope();
using var noGradients = no_grad();
Tensor pixels = tensor(File.ReadAllBytes(args[0])).to(float32).div(255).reshape(1, 1, 28, 28);
Console.WriteLine(network.forward(pixels).argmax(1).item<long>());
