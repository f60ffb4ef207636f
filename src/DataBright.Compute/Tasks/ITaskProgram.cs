namespace DataBright.Compute.Tasks;

/// <summary>
/// A task with everything it needs: a deterministic sequence of steps over a state. That every step can be executed alone, from nothing but
/// the state before it, is what lets a referee settle a dispute by executing a single one.
/// </summary>
public interface ITaskProgram
{
    int Steps { get; }

    /// <summary>Begins before the first step.</summary>
    ITaskRun Start();

    /// <summary>Continues from a captured state.</summary>
    /// <exception cref="MalformedInputException">The bytes are not a state of this task.</exception>
    ITaskRun Restore(ReadOnlySpan<byte> state);
}

/// <summary>A task in progress.</summary>
public interface ITaskRun : IDisposable
{
    /// <summary>The number of steps done.</summary>
    int StepsDone { get; }

    /// <summary>Does the next step.</summary>
    /// <returns>The loss, where there is one.</returns>
    float? Advance();

    /// <summary>The hash of the state as it is now.</summary>
    Digest StateHash();

    /// <summary>The state as it is now, as bytes that <see cref="ITaskProgram.Restore"/> takes.</summary>
    byte[] Capture();
}
