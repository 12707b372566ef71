using OnnxDigits.Training.Commands;

return TrainProgram.Run(TrainEnvironment.ForProcess(args));
