using OnnxDigits.Tools.CommandBench;

return args is [BenchCommand.Nothing] ? 0 : BenchCommand.Run(args);
