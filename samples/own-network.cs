#!/usr/bin/env dotnet
#:property UsesLibTorch=true
#:property PublishAot=false
#:project ../src/OnnxDigits.Training/OnnxDigits.Training.csproj

// A network of your own in one file. It has all commands and options of digit-train.
//
//     dotnet run -c Release samples/own-network.cs -- fit --epochs 3
//     dotnet run -c Release samples/own-network.cs -- fit --epochs 3 --resume
//     dotnet run -c Release samples/own-network.cs -- runs list

using OnnxDigits.Training;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using static OnnxDigits.Training.Networks.Activation;

return TrainingProgram.Run(args, new DigitNetwork(
    "own",
    model => model
        .Conv2D(16, kernel: 5, strides: 2, activation: Relu)
        .Residual(block => block.Conv2D(16, kernel: 3, padding: Padding2D.Same).BatchNormalization().Relu())
        .MaxPooling2D(2)
        .Flatten()
        .Dropout(0.3)
        .Dense(10, Softmax),
    new Recipe { Epochs = 5, BatchSize = 64, Optimizer = OptimizerSettings.Adam() }));
