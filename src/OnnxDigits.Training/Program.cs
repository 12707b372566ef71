using OnnxDigits.Training.Internals;

return TrainProgram.Run(TrainEnvironment.ForProcess(args));
