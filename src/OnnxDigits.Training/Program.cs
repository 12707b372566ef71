using OnnxDigits.Training.Commands;
using OnnxDigits.Training.Loop;
using Shared;

LibTorchEnvironment.Prepare();
using var stop = new StopSignal();
stop.ListenToProcess();
return CommandLine.Run(CommandContext.ForProcess(args, stop));
