using OnnxDigits.Cli;
using Shared;

using var stop = new StopSignal();
stop.ListenToProcess();
using var console = InferConsole.OfProcess();
return InferApplication.Run(args, console, stop);
