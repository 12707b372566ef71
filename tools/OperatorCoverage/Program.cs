using TorchOnnx.Tools.OperatorCoverage;

// Prints docs/coverage.md: dotnet run --project tools/OperatorCoverage > docs/coverage.md
Console.Out.Write(CoverageTable.Write());
