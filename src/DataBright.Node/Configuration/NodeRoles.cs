namespace DataBright.Node.Configuration;

/// <summary>What a node does. One process may do all of it.</summary>
[Flags]
public enum NodeRoles
{
    None = 0,

    /// <summary>Follows the ledger; serves the REST interface, files and web pages.</summary>
    Web = 1,

    /// <summary>
    /// Runs jobs that name its key as their scheduler. Needs <see cref="NodeOptions.Key"/> and <see cref="NodeOptions.Referee"/>.
    /// </summary>
    Scheduler = 2,

    /// <summary>Settles disputes of jobs that name its key as their referee. Needs <see cref="NodeOptions.Key"/>.</summary>
    Referee = 4,
}
