using Holdfast.Simulation;

return SimulationCommand.Run(args, new EngineFactory(), Console.Out);
