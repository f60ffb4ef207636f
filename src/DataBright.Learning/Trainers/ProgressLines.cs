using System.Text;

namespace DataBright.Learning.Trainers;

/// <summary>Reads a trainer's standard output: JSON objects, one a line, within limits. Anything else ends the training.</summary>
internal sealed class ProgressLines(string program, TrainerLimits limits, IProgress<TrainerProgress>? progress)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public async Task ReadAsync(Stream output, CancellationToken stop)
    {
        var line = new byte[limits.LineBytes + 1];
        var length = 0;
        var total = 0L;
        while (await output.ReadAsync(line.AsMemory(length), stop) is > 0 and var read)
        {
            if ((total += read) > limits.OutputBytes)
                throw new TrainerFailedException(program,
                    $"it wrote more than the {limits.OutputBytes} bytes of progress that are allowed");
            length += read;
            var start = 0;
            for (int end; (end = line.AsSpan(start, length - start).IndexOf((byte)'\n')) >= 0; start += end + 1)
                Report(line.AsSpan(start, end));
            length -= start;
            line.AsSpan(start, length).CopyTo(line);
            if (length > limits.LineBytes)
                throw new TrainerFailedException(program, $"it wrote a line of more than {limits.LineBytes} bytes");
        }

        if (length > 0) Report(line.AsSpan(0, length));
    }

    private void Report(ReadOnlySpan<byte> line)
    {
        if (line.EndsWith("\r"u8)) line = line[..^1];
        if (line.IsEmpty) return;
        try
        {
            using var json = StrictJson.Parse(StrictUtf8.GetString(line), "progress");
            var root = new StrictJson(json.RootElement, "progress", "line");
            root.AllowOnly("step", "steps", "loss");
            var step = root.Integer("step");
            int? steps = root.Has("steps") ? root.Integer("steps") : null;
            if (step < 0 || steps < step) throw root.Malformed("'step' must be 0 up to 'steps'");
            progress?.Report(new TrainerProgress(step, steps, root.Has("loss") ? root.Single("loss") : null));
        }
        catch (Exception fault) when (fault is MalformedInputException or DecoderFallbackException)
        {
            throw new TrainerFailedException(program,
                $"""its standard output must be lines such as {"{"}"step":1,"steps":10,"loss":0.5{"}"}, and it wrote '{Shown(line)}'""",
                fault);
        }
    }

    /// <summary>The start of a line, without what would disturb a terminal.</summary>
    private static string Shown(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line[..Math.Min(line.Length, 120)]);
        return string.Concat(text.Select(c => char.IsControl(c) ? '·' : c)) + (line.Length > 120 ? "…" : "");
    }
}
