using System.CommandLine;
using DataBright.Compute.Points;

namespace DataBright.Cli.Datasets;

/// <summary>
/// An option that says how files of points are to be understood, and the kinds of files that listen to it. To the others it must not be
/// said.
/// </summary>
/// <param name="Option">The option.</param>
/// <param name="UsedBy">The kinds of files.</param>
internal sealed record ReadingOption(Option Option, params PointSource[] UsedBy);
