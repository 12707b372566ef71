using OnnxDigits.Training;

return TrainingProgram.Run(args);
