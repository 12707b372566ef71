using System.CommandLine;
using OnnxDigits.Tools.DigitFiles;

var root = new RootCommand("Digits as files: image folders, labelled sheets, measures, IDX files.")
{
    ExportCommand.Create(),
    SheetCommand.Create(),
    StylesCommand.Create(),
    MeasuresCommand.Create(),
    IdxCommand.Create(),
};
return root.Parse(args).Invoke();
