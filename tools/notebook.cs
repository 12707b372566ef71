#!/usr/bin/env dotnet
#:property PublishAot=false

// Runs samples/keras-notebook.cs, cell by cell, and writes what it prints to the blocks of text in docs/notebook.md:
//
//     dotnet run tools/notebook.cs
//
// The cells of the page must be those of the program, which a test checks. Arguments go to the program.

using System.Diagnostics;
using System.Text.RegularExpressions;

const string Page = "docs/notebook.md", Program = "samples/keras-notebook.cs", Copy = "samples/keras-notebook.run.cs";
const char EndOfCell = '\u001e';
string page = File.ReadAllText(Page), program = File.ReadAllText(Program);
Match[] cells =
    [.. Regex.Matches(page, "(?s)(?<=\n```cs\n).*?(?=\n```\n)").Where(cell => !cell.Value.StartsWith("#!"))];

int position = 0;
foreach (Match cell in cells)
{
    // The program has comments between the lines of a cell.
    foreach (string line in cell.Value.Split('\n')) position = program.IndexOf(line, position) + line.Length;
    program = program.Insert(position, $"\nConsole.Write('\\u{(int)EndOfCell:x4}');");
}

File.WriteAllText(Copy, program);
var start = new ProcessStartInfo("dotnet", ["run", "-c", "Release", Copy, "--", .. args])
{
    RedirectStandardOutput = true,
};
string[] outputs;
using (Process process = Process.Start(start)!)
{
    outputs = process.StandardOutput.ReadToEnd().Split(EndOfCell);
    process.WaitForExit();
    File.Delete(Copy);
    if (process.ExitCode != 0) return process.ExitCode;
}

foreach ((Match cell, string output) in cells.Zip(outputs).Reverse())
{
    Match old = new Regex("(?s)\\G\n```\n\n```text\n(.*?)\n```\n").Match(page, cell.Index + cell.Length);
    if (!old.Success) continue;
    Group text = old.Groups[1];
    string printed = Regex.Replace(output.Trim('\n'), " +(?=\n)", "");
    printed = Regex.Replace(printed, "MNIST from .*?:", "MNIST from data/mnist:");
    page = page[..text.Index] + printed + page[(text.Index + text.Length)..];
}

File.WriteAllText(Page, page);
return 0;
