using TorchOnnx.Tools.OperatorCoverage;

// Writes the table of what can be exported: dotnet run --project tools/OperatorCoverage -- docs/coverage.md
if (args is not [var path] || path.StartsWith('-'))
{
    Console.Error.WriteLine("exportcoverage: name the file to write, docs/coverage.md.");
    return 1;
}
File.WriteAllText(path, CoverageTable.Write());
return 0;
