using System.CommandLine;
using DataBright.Compute.Tasks;
using DataBright.Compute.Workers;
using DataBright.Ethereum;
using DataBright.Market.Jobs;
using DataBright.Terminal;

namespace DataBright.Demo;

/// <summary>
/// Makes a worker lie in one step, so that people can watch it being convicted. Hidden, and refused on any chain but a development one:
/// there it would only cost its user the stake.
/// </summary>
public sealed class LieOptions
{
    private readonly Option<int?> _step = new("--lie-at-step") { Description = "Falsify one bit after this step of a task", HelpName = "N",
        Hidden = true };
    private readonly Option<JobKind?> _kind = new("--lie-in") { Description = "Lie in jobs of this kind only", HelpName = "KIND",
        Hidden = true };

    public static LieOptions AddTo(Command command)
    {
        var options = new LieOptions();
        options._step.CustomParser = Parsing.By<int?>(text => Parsing.Whole(text, 1, int.MaxValue));
        options._kind.CustomParser = Parsing.By<JobKind?>(text => Parsing.OneOf<JobKind>(text));
        command.Options.Add(options._step);
        command.Options.Add(options._kind);
        return options;
    }

    public ITaskExecutor Executor(ParseResult arguments, ulong chainId)
    {
        if (arguments.GetValue(_step) is not { } step)
            return new HonestExecutor();
        if (chainId != EmbeddedChain.ChainId)
            throw new Failure(ExitCode.Usage,
                $"Lying is for development chains (id {EmbeddedChain.ChainId}): elsewhere it costs the stake.");
        var only = arguments.GetValue(_kind);
        return new LyingExecutor((task,
            program) => program is TrainProgram training && (only is null || training.Kind == only) ? Math.Min(step, program.Steps) : null);
    }
}
