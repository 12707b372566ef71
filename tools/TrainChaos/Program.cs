using OnnxDigits.Tools.TrainChaos;

return args is [Worker.Name, .. var training] ? Worker.Run(training) : ChaosCommand.Create().Parse(args).Invoke();
