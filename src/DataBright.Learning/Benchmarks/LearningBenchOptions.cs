namespace DataBright.Learning.Benchmarks;

/// <summary>What a run of the learning benchmark may use.</summary>
/// <param name="MnistFolder">A folder with the four MNIST files; without one the accuracy is not measured.</param>
/// <param name="BitCheckProgram">A program, and its arguments, that calls <see cref="BitCheck.Write"/> on its standard output; without one
/// the hashes are compared within this process only.</param>
/// <param name="Python">A Python that may have PyTorch.</param>
/// <param name="SecondsPerSample">Length of each of the five timings of a figure.</param>
/// <param name="Deeper">Measures the residual net, the deep plain one and the text classifier too.</param>
public sealed record LearningBenchOptions(
    string? MnistFolder = null,
    IReadOnlyList<string>? BitCheckProgram = null,
    string Python = "/usr/bin/python3",
    double SecondsPerSample = 0.5,
    bool Deeper = false);
